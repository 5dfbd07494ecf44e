/* SPDX-License-Identifier: GPL-2.0-only */
/* Resource limits that keep BPF programs from being loaded. */
#ifndef BPFLOCK_LIMITS_H
#define BPFLOCK_LIMITS_H

#include <stdbool.h>

struct kernel_btf;

#define LIMITS_FILES 64 /* descriptors that are enough */

/* Raises those of locked memory and of descriptors as far as needed, and as this process may. */
void limits_raise(void);

/*
 * Whether the kernel of @types counts BPF memory against RLIMIT_MEMLOCK, as before Linux 5.11, and
 * this process has a limit, in KiB at @limit.
 */
bool limits_memory(const struct kernel_btf *kernel, unsigned long long *limit);

/* Whether this process can't have LIMITS_FILES descriptors. */
bool limits_files(void);

#endif
