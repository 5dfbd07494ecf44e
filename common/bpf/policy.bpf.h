/* SPDX-License-Identifier: GPL-2.0-only */
/* The one way from a hook to a verdict, under the frozen policy. */
#ifndef BPFLOCK_POLICY_BPF_H
#define BPFLOCK_POLICY_BPF_H

#include "abi/decision.h"
#include "bpf/read.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/trust.bpf.h"

#define POLICY_NO_SOURCE ((struct record_source){ 0 })

/*
 * What the kernel is told: 0, or -EPERM where a denial is due. Hidden from the compiler, which
 * would fold it to a bit trick: 6.12's verifier checks the range of an LSM return value and can't
 * follow one.
 */
static __always_inline int policy_denial(bool due)
{
	int ret = 0;

	if (due) {
		ret = -EPERM;
		barrier_var(ret);
	}
	return ret;
}

/* Records @verdict on @op, and enforces it: 0 or -EPERM, never positive. */
static __always_inline int policy_apply(__u32 op, enum policy_verdict verdict,
					struct record_source source)
{
	__u64 ids = record_ids(), given;

	given = kernel_hidden(decision_audit(&state.policy, verdict), ids);
	record(RECORD_WHAT(op, given, source.id) | source.kind, ids, source.number);
	return policy_denial(verdict_denies(given));
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

/* Decides @op, done to @source, for the calling process, then records it. */
static __always_inline int policy_decide(__u32 op, struct record_source source)
{
	if (!decision_concerns(&state.policy, op))
		return 0;
	return policy_apply(op, policy_verdict(op), source);
}

/*
 * Whether @prog writes the registers that it is called with: attached to a uprobe it sets those of
 * the process there, and so has any process do anything (kernel/trace/bpf_trace.c:
 * kprobe_prog_is_valid_access). The verifier has seen it by then.
 */
static __always_inline bool policy_writes_registers(struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux = KERNEL_READ(prog, aux);

	return bpf_core_field_exists(aux->kprobe_write_ctx) && KERNEL_READ(aux, kprobe_write_ctx);
}

/*
 * As policy_decide(), but no kernel thread is trusted, as none has business of its own: that of a
 * loop device writes to the file behind it what a container wrote there (drivers/block/loop.c).
 */
static __always_inline int policy_decide_lockdown(__u32 op, struct record_source source)
{
	bool trusted;

	if (!decision_concerns(&state.policy, op))
		return 0;
	trusted = policy_trusted() && !(KERNEL_READ(kernel_current(), flags) & PF_KTHREAD);
	return policy_apply(op, decision(&state.policy, op, trusted), source);
}

#endif
