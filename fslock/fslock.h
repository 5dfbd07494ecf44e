/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of fslock share. */
#ifndef BPFLOCK_FSLOCK_H
#define BPFLOCK_FSLOCK_H

#include "abi/policy.h"

enum fslock_operation {
	FSLOCK_READONLY = 1,
	FSLOCK_MOUNT,
	FSLOCK_DEVICE_MOUNT,
	FSLOCK_DEVICE_WRITE,
	FSLOCK_SYSCTL,
	FSLOCK_SYSFS,
	FSLOCK_HELPER,
	FSLOCK_SYSRQ,
	FSLOCK_WATCH,
};

/* What the loader has found out of the kernel. */
struct fslock_kernel {
	__u64 sysrq; /* the inode of sysrq-trigger, the same in all mounts of procfs; 0: there is
			none */
};

#endif
