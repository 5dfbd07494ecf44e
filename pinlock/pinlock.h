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

/* Frozen beside the policy. */
struct pinlock_frozen {
	struct identity loader;	   /* who may finish although all is denied */
	struct guard_covered pins; /* where all programs of the suite have their pins */
	struct guard_mount mounts[GUARD_COVERED_MAX]; /* from that upwards */
	__u32 namespace;			      /* of mounts, the host's */
	__u32 adds; /* not 0: a program that answers for an LSM hook may be added: pinlock.c */
	struct targets targets;
};

_Static_assert(sizeof(struct pinlock_frozen) == 520, "both sides agree on the layout");

#endif
