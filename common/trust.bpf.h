/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the calling process trusted: in the initial namespace of every kind asked for. */
#ifndef BPFLOCK_TRUST_BPF_H
#define BPFLOCK_TRUST_BPF_H

#include "kernel.bpf.h"
#include "policy.h"

/*
 * The initial namespaces are those of the kernel's first task, init_task: the
 * parent of the initial pid namespace's PID 1 (init/main.c: rest_init), reached
 * from any task without a kernel symbol, wherever the loader itself was started.
 */
static __always_inline struct nsproxy *trust_init_nsproxy(struct pid *pid)
{
	struct pid_namespace *ns = pid->numbers[0].ns;

	return ns->child_reaper->real_parent->nsproxy;
}

/*
 * A task that is being reaped has no thread_pid, one past
 * exit_task_namespaces() has no nsproxy: neither is trusted.
 */
static __always_inline bool trust_current(__u32 kinds)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pid *pid = task->thread_pid;
	struct nsproxy *ns, *init;

	if (!pid || !kinds)
		return false;
	/* The active one; nsproxy only has the one that children would get. */
	if (kinds & NAMESPACE_PID && pid->level != 0)
		return false;
	if (kinds & NAMESPACE_USER && task->cred->user_ns->level != 0)
		return false;
	if (!(kinds & ~(NAMESPACE_PID | NAMESPACE_USER)))
		return true;

	ns = task->nsproxy;
	init = trust_init_nsproxy(pid);
	if (!ns || !init)
		return false;
	if (ns == init)
		return true;
	if (kinds & NAMESPACE_MNT && ns->mnt_ns != init->mnt_ns)
		return false;
	if (kinds & NAMESPACE_NET && ns->net_ns != init->net_ns)
		return false;
	if (kinds & NAMESPACE_IPC && ns->ipc_ns != init->ipc_ns)
		return false;
	if (kinds & NAMESPACE_UTS && ns->uts_ns != init->uts_ns)
		return false;
	if (kinds & NAMESPACE_CGROUP && ns->cgroup_ns != init->cgroup_ns)
		return false;
	if (kinds & NAMESPACE_TIME && ns->time_ns != init->time_ns)
		return false;
	return true;
}

#endif
