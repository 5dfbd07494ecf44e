/* SPDX-License-Identifier: GPL-2.0-only */
/* Which program of the suite, if any, denies bpf(2) to this process. */
#ifndef BPFLOCK_SHUT_H
#define BPFLOCK_SHUT_H

#include <stdbool.h>
#include <stddef.h>

/* Tries a harmless bpf(2) call: true where it was denied, by whom goes to @program, else "". */
bool shut_by(char *program, size_t size);

#endif
