/* SPDX-License-Identifier: GPL-2.0-only */
/* Which tool of the suite, if any, denied something to this process. */
#ifndef BPFLOCK_DENIED_H
#define BPFLOCK_DENIED_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/*
 * By its records, which have the number in the initial pid namespace: true where one did
 * @since (ns, CLOCK_BOOTTIME), which goes to @tool, the last one if there are several;
 * else "" goes there.
 */
bool denied_by(__u64 since, char *tool, size_t size);

#endif
