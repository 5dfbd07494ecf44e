/* SPDX-License-Identifier: GPL-2.0-only */
/* What was decided, as the BPF side keeps it and the pinned iterators hand it out. */
#ifndef BPFLOCK_RECORD_H
#define BPFLOCK_RECORD_H

#include "policy.h"

#define RECORD_COMM_MAX 16
#define RECORD_NAME_MAX 64

/* A process, by what is never used again: its number and when it was started. */
struct record_key {
	__u64 start; /* of the thread group's leader, ns, CLOCK_BOOTTIME */
	__u32 tgid;
	__u16 operation;
	__u16 verdict; /* enum policy_verdict */
};

struct record {
	__u64 first; /* ns, CLOCK_BOOTTIME */
	__u64 last;
	__u64 count;
	__u64 cgroup; /* 0: none */
	__u32 pid;
	__u32 ppid; /* 0: no parent */
	__u32 uid;
	__u32 gid;
	__u32 pidns; /* 0: not known */
	__u32 mntns;
	char comm[RECORD_COMM_MAX];
	char pcomm[RECORD_COMM_MAX];
};

/* What it was done to, kept by the programs that define RECORD_SUBJECT. */
struct record_subject {
	__u64 inode; /* 0: no file */
	__u32 device;
	__u32 seals;		    /* of a memfd, F_SEAL_*; 0: none */
	char name[RECORD_NAME_MAX]; /* empty: it has none */
};

struct record_named {
	struct record record;
	struct record_subject subject;
};

/* Of an operation: how often each verdict was given; the first, which is none: records made. */
struct record_counters {
	__u64 verdicts[VERDICTS_MAX];
};

_Static_assert(sizeof(struct record_key) == 16, "both sides agree on the layout");
_Static_assert(sizeof(struct record) == 88, "both sides agree on the layout");
_Static_assert(sizeof(struct record_named) == 168, "both sides agree on the layout");

#endif
