/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who calls bpf(2), or has a BPF program loaded. A BPF program of type BPF_PROG_TYPE_SYSCALL does
 * so too, for whom it was loaded, and can have it done by others (kernel/bpf/helpers.c): by whom a
 * timer interrupts, since Linux 5.15 (bpf_timer_cb), by a kernel thread, since 6.10 (bpf_wq_work),
 * and since 6.18 by any process that there is, when that returns from the kernel
 * (bpf_task_work_callback). For whom is not known then.
 */
#ifndef BPFLOCK_CALLER_BPF_H
#define BPFLOCK_CALLER_BPF_H

#include "bpf/policy.bpf.h"
#include "bpf/syscall.bpf.h"

/* Whether the calling task does it for who is not known. */
BPF_GLOBAL(caller_is_lent, unused, neither, nor)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	BPF_GLOBAL_UNUSED(nor);
	struct task_struct *task = kernel_current();

	if (KERNEL_READ(task, flags) & PF_KTHREAD)
		return 1;
	return bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs) &&
	       !syscall_has_bpf(task);
}

static __always_inline bool caller_trusted(void)
{
	return policy_trusted() && !caller_is_lent(0, 0, 0);
}

/* As policy_decide(). */
static __always_inline int caller_decide(__u32 op)
{
	if (!decision_concerns(&state.policy, op))
		return 0;
	return policy_apply(op, decision(&state.policy, op, caller_trusted()), POLICY_NO_SOURCE);
}

#endif
