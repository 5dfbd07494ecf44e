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
	VERDICT_DENY_ROOTFS,
	VERDICT_DENY_RO,
	VERDICT_DENY_RO_DEV,
	/* Each denial once more, as it is under audit: recorded, not done. */
	VERDICT_AUDIT_BLOCKED,
	VERDICT_AUDIT_BASELINE,
	VERDICT_AUDIT_RESTRICTED,
	VERDICT_AUDIT_ROOTFS,
	VERDICT_AUDIT_RO,
	VERDICT_AUDIT_RO_DEV,
};

#define VERDICT_AUDIT (VERDICT_AUDIT_BLOCKED - VERDICT_DENY_BLOCKED)

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

/* Where modules and firmware may come from; each asks for what the one before does, and more. */
enum policy_origin {
	ORIGIN_ROOTFS = 1,
	ORIGIN_RO,
	ORIGIN_RO_DEV,
};

struct policy {
	__u32 profile;	  /* enum policy_profile */
	__u32 namespaces; /* enum namespace_kind, or-ed */
	__u32 audit;	  /* not 0: decide and record, deny nothing */
	__u32 origin;	  /* enum policy_origin; 0: any */
	__u32 root;	  /* s_dev of the root filesystem, where that matters; else 0 */
	__u32 unused;
	__u64 cgroups;	   /* how many are trusted: the keys of a frozen map */
	__u64 cgroups_sum; /* of their numbers, hashed */
	struct operation_set allow;
	struct operation_set block;
	struct operation_set outside; /* not covered by the profile, only by block */
};

enum policy_attachment {
	ATTACHMENT_LSM = 1,
	ATTACHMENT_FMOD_RET,
	ATTACHMENT_BEST_EFFORT, /* fmod_ret where it can be raced */
};

/* All that is frozen, and what the pinned file `state` begins with. */
struct state {
	__u32 version;	    /* STATE_VERSION */
	__u32 value_size;   /* of a record's value */
	__u32 sets;	    /* of counters: a power of two, COUNTER_SETS_MAX at most */
	__u32 attachment;   /* enum policy_attachment */
	__u32 confidential; /* no BPF program may call to read the kernel's memory */
	__u32 unused;
	__u64 since; /* ns, CLOCK_BOOTTIME */
	__u64 build; /* a hash of the BPF object */
	struct policy policy;
};

#define STATE_VERSION 3
/* CPUs beyond them share, and count as exactly. */
#define COUNTER_SETS_MAX 8

_Static_assert(VERDICT_AUDIT_RO_DEV < VERDICTS_MAX, "a verdict is a column of the counters");
_Static_assert(sizeof(struct state) == 128, "both sides agree on the layout");
_Static_assert(OPERATIONS_MAX == 128, "operation_set_has() knows two words");
_Static_assert(sizeof(struct policy) == 88, "both sides agree on the layout");

#endif
