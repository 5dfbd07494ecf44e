/* SPDX-License-Identifier: GPL-2.0-only */
/* Which program of the suite, if any, denied something to this process. */
#ifndef BPFLOCK_SHUT_H
#define BPFLOCK_SHUT_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/*
 * By its records, which have the number in the initial pid namespace: true where one did
 * @since (ns, CLOCK_BOOTTIME), which goes to @program, the last one if there are several;
 * else "" goes there.
 */
bool shut_by(__u64 since, char *program, size_t size);

#endif
