/* SPDX-License-Identifier: GPL-2.0-only */
/* The one way from a hook to a verdict, under the frozen policy. */
#ifndef BPFLOCK_POLICY_BPF_H
#define BPFLOCK_POLICY_BPF_H

#include "decision.h"
#include "kernel.bpf.h"
#include "record.bpf.h"
#include "trust.bpf.h"

/* Records @verdict on @op, and enforces it: 0 or -EPERM, never positive. */
static __always_inline int policy_apply(__u32 op, enum policy_verdict verdict,
					const struct record_subject *subject)
{
	int ret = 0;

	verdict = decision_audit(&state.policy, verdict);
	record(op, verdict, subject);
	if (verdict_denies(verdict)) {
		ret = -EPERM;
		/* Made by arithmetic, the verifier of Linux 6.12 would not know it. */
		barrier_var(ret);
	}
	return ret;
}

/* Whether the calling process is trusted, where that matters. */
static __always_inline bool policy_trusted(void)
{
	return state.policy.profile == PROFILE_BASELINE && trust_current(&state.policy);
}

/* The verdict on @op by the calling process. */
static __always_inline enum policy_verdict policy_verdict(__u32 op)
{
	return decision(&state.policy, op, policy_trusted());
}

/* Decides @op, done to @subject if not NULL, for the calling process, then records it. */
static __always_inline int policy_decide(__u32 op, const struct record_subject *subject)
{
	if (!decision_concerns(&state.policy, op))
		return 0;
	return policy_apply(op, policy_verdict(op), subject);
}

#endif
