/* SPDX-License-Identifier: GPL-2.0-only */
/* The frozen configuration, as the loader writes it and the BPF side reads it. */
#ifndef BPFLOCK_POLICY_H
#define BPFLOCK_POLICY_H

#include <linux/types.h>

/* Operations are numbered by the kernel's own enum where there is one. */
#define OPERATIONS_MAX 128
#define VERDICTS_MAX 16

/* Enums start at 1, so that zeroed memory is never a permission. */
enum policy_profile {
	PROFILE_ALLOW = 1,
	PROFILE_BASELINE,
	PROFILE_RESTRICTED,
};

enum policy_verdict {
	VERDICT_ALLOW_PRIVILEGED = 1,
	VERDICT_ALLOW_BASELINE,
	VERDICT_ALLOW_EXCEPTION,
	VERDICT_DENY_BLOCKED,
	VERDICT_DENY_BASELINE,
	VERDICT_DENY_RESTRICTED,
};

enum namespace_kind {
	NAMESPACE_PID = 1 << 0,
	NAMESPACE_MNT = 1 << 1,
	NAMESPACE_NET = 1 << 2,
	NAMESPACE_USER = 1 << 3,
	NAMESPACE_IPC = 1 << 4,
	NAMESPACE_UTS = 1 << 5,
	NAMESPACE_CGROUP = 1 << 6,
	NAMESPACE_TIME = 1 << 7,
};

struct operation_set {
	__u64 bits[OPERATIONS_MAX / 64];
};

struct policy {
	__u32 profile;	  /* enum policy_profile */
	__u32 namespaces; /* enum namespace_kind, or-ed */
	__u32 audit;	  /* not 0: decide and record, deny nothing */
	__u32 reserved;
	struct operation_set allow;
	struct operation_set block;
	struct operation_set outside; /* not covered by the profile, only by block */
};

_Static_assert(OPERATIONS_MAX == 128, "operation_set_has() knows two words");
_Static_assert(sizeof(struct policy) == 64, "both sides agree on the layout");

#endif
