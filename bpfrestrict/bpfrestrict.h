/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of bpfrestrict share. */
#ifndef BPFLOCK_BPFRESTRICT_H
#define BPFLOCK_BPFRESTRICT_H

#include "abi/identity.h"
#include "abi/policy.h"
#include "abi/targets.h"

/* Operations are the kernel's enum bpf_cmd, and after all of them: */
enum bpfrestrict_operation {
	BPFRESTRICT_UNKNOWN_COMMAND = OPERATIONS_MAX - 3,
	BPFRESTRICT_HOOK_TAMPER,
	BPFRESTRICT_BPF_WRITE,
};

/* Frozen beside the policy. */
struct bpfrestrict_frozen {
	struct identity loader; /* who may finish although all is denied */
	__u32 commands;		/* from this number on the kernel's BTF has no name for a command */
	struct targets targets;
};

_Static_assert(sizeof(struct bpfrestrict_frozen) == 312, "both sides agree on the layout");

#endif
