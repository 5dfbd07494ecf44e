/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of pinlock share. */
#ifndef BPFLOCK_PINLOCK_H
#define BPFLOCK_PINLOCK_H

#include "abi/guard.h"
#include "abi/identity.h"
#include "abi/targets.h"

enum pinlock_operation {
	PINLOCK_UNPIN = 1,
	PINLOCK_UNMOUNT,
	PINLOCK_OVERRULE,
};

#define PINLOCK_FOLDERS_MAX 8

/* Folders in the suite's BPF file system, by i_ino; 0: unused. */
struct pinlock_folders {
	__u64 whole[PINLOCK_FOLDERS_MAX]; /* with all that is below */
	__u64 above[PINLOCK_FOLDERS_MAX]; /* what these are in, without */
};

/* Frozen beside the policy. */
struct pinlock_frozen {
	struct identity loader;	   /* who may finish although all is denied */
	struct guard_covered pins; /* where all programs of the suite have their pins */
	struct guard_mount mounts[GUARD_COVERED_MAX]; /* from that upwards */
	__u32 namespace;			      /* of mounts, the host's */
	__u32 adds; /* not 0: a program that answers for an LSM hook may be added: pinlock.c */
	struct targets targets;
	struct pinlock_folders folders; /* of others */
};

_Static_assert(sizeof(struct pinlock_frozen) == 648, "both sides agree on the layout");

#endif
