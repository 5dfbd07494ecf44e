/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of nslock share. */
#ifndef BPFLOCK_NSLOCK_H
#define BPFLOCK_NSLOCK_H

#include "abi/policy.h"

enum nslock_operation {
	NSLOCK_USER = 1,
	NSLOCK_USER_UNPRIVILEGED,
	NSLOCK_USER_CAPABILITY,
	NSLOCK_MNT,
	NSLOCK_NET,
	NSLOCK_PID,
	NSLOCK_IPC,
	NSLOCK_UTS,
	NSLOCK_CGROUP,
	NSLOCK_TIME,
	NSLOCK_JOIN,
	NSLOCK_REACH,
};

/* What the loader has found out of the kernel. */
struct nslock_kernel {
	__u32 userns_create; /* it has that hook: no other decides about user namespaces */
};

#endif
