/* SPDX-License-Identifier: GPL-2.0-only */
/* The frozen policy, and the one way from a hook to a verdict. */
#ifndef BPFLOCK_POLICY_BPF_H
#define BPFLOCK_POLICY_BPF_H

#include "decision.h"
#include "kernel.bpf.h"
#include "record.bpf.h"
#include "trust.bpf.h"

/* In .rodata, which libbpf freezes before the programs are loaded. */
const volatile struct policy policy;

/* Decides @op for the calling process, then records it: 0 or -EPERM, never positive. */
static __always_inline int policy_decide(__u32 op)
{
	enum policy_verdict verdict;
	bool trusted;

	if (!decision_concerns(&policy, op))
		return 0;
	trusted = policy.profile == PROFILE_BASELINE && trust_current(policy.namespaces);
	verdict = decision(&policy, op, trusted);
	record(op, verdict);
	return verdict_denies(verdict) && !policy.audit ? -EPERM : 0;
}

#endif
