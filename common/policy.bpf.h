/* SPDX-License-Identifier: GPL-2.0-only */
/* The one way from a hook to a verdict, under the frozen policy. */
#ifndef BPFLOCK_POLICY_BPF_H
#define BPFLOCK_POLICY_BPF_H

#include "decision.h"
#include "kernel.bpf.h"
#include "record.bpf.h"
#include "trust.bpf.h"

/*
 * @value, of which the verifier no longer knows what it is: it walks what follows once, not for
 * each value that it has seen come here. @mask: any number that it does not know.
 */
static __always_inline __u64 policy_any(__u64 value, __u64 mask)
{
	value ^= mask;
	barrier_var(value);
	return value ^ mask;
}

#define POLICY_NO_SOURCE ((struct record_source){ 0 })

/* Records @verdict on @op, and enforces it: 0 or -EPERM, never positive. */
static __always_inline int policy_apply(__u32 op, enum policy_verdict verdict,
					struct record_source source)
{
	__u64 ids = bpf_get_current_pid_tgid(), given;
	int ret = 0;

	given = policy_any(decision_audit(&state.policy, verdict), ids);
	record(RECORD_WHAT(op, source.kind, given), ids, source.number);
	if (verdict_denies(given)) {
		ret = -EPERM;
		/* Made by arithmetic, the verifier of Linux 6.12 would not know it. */
		barrier_var(ret);
	}
	return ret;
}

/* Whether the calling process is trusted, where that matters. */
static __always_inline bool policy_trusted(void)
{
	return state.policy.profile == PROFILE_BASELINE && trust_current(0, 0, 0);
}

/* The verdict on @op by the calling process. */
static __always_inline enum policy_verdict policy_verdict(__u32 op)
{
	return decision(&state.policy, op, policy_trusted());
}

/*
 * Decides @op, done to @source, for the calling process, then records it. A kernel thread is not
 * trusted where none has business of its own: that of a loop device writes to the file behind it
 * what a container wrote to the device (drivers/block/loop.c).
 */
static __always_inline int policy_decide_by(bool threads, __u32 op, struct record_source source)
{
	bool trusted;

	if (!decision_concerns(&state.policy, op))
		return 0;
	trusted = policy_trusted() &&
		  (threads || !(KERNEL_READ(kernel_current(), flags) & PF_KTHREAD));
	return policy_apply(op, decision(&state.policy, op, trusted), source);
}

static __always_inline int policy_decide(__u32 op, struct record_source source)
{
	return policy_decide_by(true, op, source);
}

static __always_inline int policy_decide_lockdown(__u32 op, struct record_source source)
{
	return policy_decide_by(false, op, source);
}

#endif
