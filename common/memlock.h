/* SPDX-License-Identifier: GPL-2.0-only */
/* RLIMIT_MEMLOCK, which memory of BPF counts against before Linux 5.11. */
#ifndef BPFLOCK_MEMLOCK_H
#define BPFLOCK_MEMLOCK_H

#include <stdbool.h>

struct btf;

/* Raises the limit as far as this process may. */
void memlock_raise(void);

/* Whether the kernel of @btf counts and this process has a limit, in KiB at @limit. */
bool memlock_limits(const struct btf *btf, unsigned long long *limit);

#endif
