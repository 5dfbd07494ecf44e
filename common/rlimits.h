/* SPDX-License-Identifier: GPL-2.0-only */
/* Resource limits that keep BPF programs from being loaded. */
#ifndef BPFLOCK_RLIMITS_H
#define BPFLOCK_RLIMITS_H

#include <stdbool.h>

struct types;

#define RLIMITS_FILES 64 /* descriptors that are enough */

/* Raises those of locked memory and of descriptors as far as needed, and as this process may. */
void rlimits_raise(void);

/*
 * Whether the kernel of @types counts BPF memory against RLIMIT_MEMLOCK, as before Linux 5.11, and
 * this process has a limit, in KiB at @limit.
 */
bool rlimits_memory(const struct types *types, unsigned long long *limit);

/* Whether this process can't have RLIMITS_FILES descriptors. */
bool rlimits_files(void);

#endif
