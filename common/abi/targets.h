/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's functions that the suite attaches to, which nobody else is to answer for. */
#ifndef BPFLOCK_TARGETS_H
#define BPFLOCK_TARGETS_H

#include <linux/types.h>

#define TARGETS_MAX 70

struct targets {
	__u32 id[TARGETS_MAX]; /* of the kernel's own BTF; 0: unused */
};

#endif
