/* SPDX-License-Identifier: GPL-2.0-only */
/* The frozen configuration, as the loader writes it and the BPF side reads it. */
#ifndef BPFLOCK_POLICY_H
#define BPFLOCK_POLICY_H

#include <linux/types.h>

/* Operations are numbered by the kernel's own enum where there is one. */
#define OPERATIONS_MAX 128
#define VERDICTS_MAX 16

/* A unit's name with the zero that ends it, as long as any name of a cgroup can be. */
#define UNIT_NAME_MAX 256

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

/*
 * A process of this name is trusted by no program: who takes it gives up what it had. 15
 * characters, so that nothing of a longer one is left behind it (fs/exec.c: __set_task_comm).
 */
#define POLICY_OUTSIDE "bpflock-outside"

/* Groups whose members a program can be told to trust. */
#define POLICY_GROUPS_MAX 8

struct operation_set {
	__u64 bits[OPERATIONS_MAX / 64];
};

/* Where modules and firmware may come from; each asks for what the one before does, and more. */
enum policy_origin {
	ORIGIN_ROOTFS = 1,
	ORIGIN_RO,
	ORIGIN_RO_DEV,
};

/* What a program that only records does, or-ed; 0: it decides. */
enum policy_records {
	RECORDS_EXECUTED = 1 << 0,  /* what is executed */
	RECORDS_ARGUMENTS = 1 << 1, /* with its arguments */
	RECORDS_UNTRUSTED = 1 << 2, /* only by who is not trusted */
};

struct policy {
	__u32 profile;	   /* enum policy_profile */
	__u32 namespaces;  /* enum namespace_kind, or-ed */
	__u32 audit;	   /* not 0: decide and record, deny nothing */
	__u32 origin;	   /* enum policy_origin; 0: any */
	__u32 root;	   /* s_dev of the root filesystem, where that matters; else 0 */
	__u32 units;	   /* how many are trusted: the keys of a frozen map */
	__u32 groups;	   /* how many are trusted: the first of @group */
	__u32 records;	   /* enum policy_records, or-ed; 0: it decides */
	__u32 names;	   /* how many the program's own list has: the keys of a frozen map */
	__u32 learns;	   /* not 0: keeps what was asked for, for such a list */
	__u32 folders;	   /* how many whose pins are others' and kept too */
	__u32 folders_sum; /* of their numbers, hashed */
	__u64 cgroups;	   /* as units */
	__u64 cgroups_sum; /* of their numbers, hashed */
	__u64 units_sum;   /* of their names, hashed */
	__u64 names_sum;   /* of the list, hashed */
	struct operation_set allow;
	struct operation_set block;
	struct operation_set uncovered; /* not covered by the profile, only by block */
	__u32 group[POLICY_GROUPS_MAX];
};

enum policy_attachment {
	ATTACHMENT_LSM = 1,
	ATTACHMENT_FMOD_RET,
	ATTACHMENT_BEST_EFFORT, /* fmod_ret where it can be raced */
	ATTACHMENT_TRACEPOINT,	/* records, and denies nothing */
};

/* All that is frozen, and what the pinned file `state` begins with. */
struct frozen {
	__u32 version;	  /* STATE_VERSION */
	__u32 value_size; /* of a record's value */
	__u32 sets; /* of counters: a power of two, COUNTER_SETS_MAX at most; and one of tests */
	__u32 attachment;   /* enum policy_attachment */
	__u32 confidential; /* no BPF program may call to read the kernel's memory */
	__u32 unused;
	__u64 since; /* ns, CLOCK_BOOTTIME */
	__u64 build; /* a hash of the BPF object */
	struct policy policy;
};

#define STATE_VERSION 10
/* CPUs beyond them share, and count as exactly. */
#define COUNTER_SETS_MAX 8

_Static_assert(VERDICT_AUDIT_RO_DEV < VERDICTS_MAX, "a verdict is a column of the counters");
_Static_assert(sizeof(struct frozen) == 200, "both sides agree on the layout");
_Static_assert(OPERATIONS_MAX == 128, "operation_set_has() knows two words");
_Static_assert(sizeof(struct policy) == 160, "both sides agree on the layout");

#endif
