/* SPDX-License-Identifier: GPL-2.0-only */
/* The first process of a container, which is its engine until it executes something. */
#ifndef BPFLOCK_FIRST_BPF_H
#define BPFLOCK_FIRST_BPF_H

#include "bpf/trust.bpf.h"

/* include/linux/sched.h, include/linux/sched/signal.h: the same in all versions. */
#define PF_FORKNOEXEC 0x00000040
#define SIGNAL_UNKILLABLE 0x00000040

static __always_inline int first_level(__u64 task)
{
	__u64 pid = task ? KERNEL_READ_AT(task, struct task_struct, thread_pid) : 0;

	return pid ? (int)KERNEL_READ_AT(pid, struct pid, level) : -1;
}

static __always_inline bool first_has_child(__u64 task)
{
	__u64 head = task + bpf_core_field_offset(struct task_struct, children);

	return KERNEL_READ_AT(task, struct task_struct, children.next) != head;
}

/*
 * The first process of a pid namespace that executed nothing yet runs what its parent ran when it
 * forked: a container engine's code, which makes the last of the container's namespaces so (runc,
 * crun, systemd-nspawn, LXC). Where the initial pid namespace is what is trusted, it counts as
 * its parent there does. No process in a container can make one: its would be one level further
 * down, whoever is given for a parent (kernel/fork.c: copy_process, CLONE_PARENT). Whether it
 * executed is asked of its main thread, which who executes becomes: each new thread has the flag.
 */
static __always_inline bool first_is(__u64 task, __u64 leader)
{
	__u64 signal;

	if (state.policy.namespaces != NAMESPACE_PID ||
	    trust_given_up(false, (struct task_struct *)task) ||
	    !(KERNEL_READ_AT(leader, struct task_struct, flags) & PF_FORKNOEXEC))
		return false;
	signal = KERNEL_READ_AT(task, struct task_struct, signal);
	return signal && KERNEL_READ_AT(signal, struct signal_struct, flags) & SIGNAL_UNKILLABLE &&
	       first_level(task) == 1 &&
	       first_level(KERNEL_READ_AT(task, struct task_struct, real_parent)) == 0;
}

/*
 * Who has a child is no engine any more: one that executes nothing at all, and waits for what runs
 * in the container (systemd-nspawn --as-pid2, bwrap), can be traced by that, and made to do
 * anything. It is one again when it has none, as hooks of engines are children too (crun), so that
 * nobody who is not trusted may write to it, at any time: whoever can deny that asks first_is().
 */
BPF_GLOBAL(first_trusted, task, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 leader = KERNEL_READ_AT(task, struct task_struct, group_leader);

	return first_is(task, leader) && !first_has_child(leader) && !first_has_child(task);
}

#endif
