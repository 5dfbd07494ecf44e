/* SPDX-License-Identifier: GPL-2.0-only */
/* What was decided, as the BPF side keeps it and the pinned iterators hand it out. */
#ifndef BPFLOCK_RECORD_H
#define BPFLOCK_RECORD_H

#include <stddef.h>

#include "abi/policy.h"

#define RECORD_COMM_MAX 16
#define RECORD_NAME_MAX 64
#define RECORD_PATH_MAX 128
#define RECORD_ARGUMENTS_MAX 256

/*
 * A process, by what is never used again, its number and when it was started, and what it did to
 * what: of the first 0, of RECORD_SUBJECTS_MAX - 1 more a hash, of all others RECORD_OTHERS.
 */
struct record_key {
	__u64 start; /* of the thread group's leader, ns, CLOCK_BOOTTIME */
	union {
		struct {
			__u32 tgid : 24; /* less: include/linux/threads.h, PID_MAX_LIMIT */
			__u32 operation : 8;
			__u32 verdict : 4; /* enum policy_verdict */
			__u32 id : 28;
		};
		__u64 what; /* all of these, which RECORD_WHAT() makes */
	};
};

#define RECORD_WHAT(operation, verdict, id)                                                        \
	((__u64)(operation) << 24 | (__u64)(verdict) << 32 | (__u64)(id) << 36)
#define RECORD_WHAT_ID(what) ((__u32)((what) >> 36))

#define RECORD_SUBJECTS_MAX 8
#define RECORD_OTHERS 0xfffffff

/*
 * What keeps a flood of processes from pushing out the denials of others: the first
 * RECORD_EARLY_SHARE processes of each container in an hour are early ones, of which the newest
 * RECORD_EARLY_MAX stay beside the newest of all.
 */
#define RECORD_EARLY_MAX 64
#define RECORD_EARLY_SHARE 4
#define RECORD_EARLY_GROUPS 256

struct record_group {
	__u32 hour; /* since the machine was started */
	__u32 early;
};

struct record {
	__u64 first; /* ns, CLOCK_BOOTTIME */
	__u64 last;
	__u64 count;
	__u64 cgroup; /* 0: none */
	__u64 exe;    /* the inode of what it runs; 0: none, as of a kernel thread */
	__u32 pid;
	__u32 ppid : 24; /* 0: no parent */
	__u32 kinds : 8; /* enum namespace_kind, or-ed: those that count and were not initial */
	__u32 uid;
	__u32 gid;
	__u32 pidns; /* 0: not known */
	__u32 mntns;
	__u32 exe_device;
	__u32 id : 28;	  /* the hash of what it was done to; 0: there is nothing to tell it by */
	__u32 others : 4; /* of the process's first: how many there are beside it */
	char comm[RECORD_COMM_MAX];
	char pcomm[RECORD_COMM_MAX];
};

/*
 * The names of a cgroup, from the root down, or of an executable, from itself up: the newest, so
 * that what is gone when the record is read has them still. Each ends in 0.
 */
#define RECORD_NAMES_MAX 128
#define RECORD_NAMES_TEXT 208
#define RECORD_NAMES_DEPTH 8

struct record_names_key {
	__u64 number; /* of the cgroup, or the inode */
	__u32 device; /* of the inode; 0: it is a cgroup */
	__u32 unused;
};

enum record_names_rest {
	NAMES_ALL = 1,
	NAMES_MORE, /* there are more than these */
	NAMES_ONE,  /* it is in no directory */
};

struct record_names {
	__u32 length; /* of the text */
	__u32 rest;   /* enum record_names_rest; 0: it is not filled in */
	char text[RECORD_NAMES_TEXT];
};

/* What it was done to, kept by the programs that define RECORD_SUBJECT. */
struct record_subject {
	union {
		struct {
			__u64 inode; /* 0: no file */
			__u32 device;
			__u32 seals; /* of a memfd, F_SEAL_*; 0: none */
		};
		struct record_socket {
			__u32 family;
			__u32 type;
			__u32 protocol;
			__u32 unused;
		} socket; /* of the programs that decide on sockets */
	};
	char name[RECORD_NAME_MAX]; /* empty: it has none */
};

struct record_named {
	struct record record;
	struct record_subject subject;
};

/*
 * What was executed, a record each, whose key has the time in the place of the start. The kernel
 * gives the place of the oldest to the newest also while it is read (kernel/bpf/hashtab.c): the
 * time stands in three more places, so that a record which is half another's is known.
 */
struct record_executed {
	struct record record; /* first: the time */
	__u64 start;	      /* of the process, ns, CLOCK_BOOTTIME */
	__u64 inode;	      /* of what the kernel loaded: of a script that is its interpreter */
	__u32 device;
	__u32 size;			/* of all arguments; 0: not known */
	char filename[RECORD_PATH_MAX]; /* as it was asked for */
	char interpreter[RECORD_NAME_MAX];
	__u64 again; /* the time; without arguments a record ends here */
	char arguments[RECORD_ARGUMENTS_MAX];
	__u64 last;
};

#define RECORD_EXECUTED_SHORT offsetof(struct record_executed, arguments)
/* As many of the newest are kept. */
#define RECORD_EXECUTED_MAX 8192

/*
 * Processes that test: what they and their children are decided on is counted apart, and is on no
 * record. Behind RECORD_TESTS_MAX of them is a last one, whose start is until when there can be
 * any.
 */
struct record_tester {
	__u64 start; /* of the process, ns, CLOCK_BOOTTIME */
	__u32 tgid;
	__u32 unused;
};

#define RECORD_TESTS_MAX 256

/* Of an operation: how often each verdict was given; the first, which is none: records made. */
struct record_counters {
	__u64 verdicts[VERDICTS_MAX];
};

_Static_assert(sizeof(struct record_key) == 16, "both sides agree on the layout");
_Static_assert(sizeof(struct record) == 104, "both sides agree on the layout");
_Static_assert(sizeof(struct record_named) == 184, "both sides agree on the layout");
_Static_assert(sizeof(struct record_executed) == 592, "both sides agree on the layout");

#endif
