/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a process trusted: in all initial namespaces asked for, in a trusted cgroup or unit, and
 * not by its own will outside.
 */
#ifndef BPFLOCK_TRUST_BPF_H
#define BPFLOCK_TRUST_BPF_H

#include "bpf/read.bpf.h"
#include "abi/policy.h"
#include "bpf/record.bpf.h"
#include "bpf/unit.bpf.h"

/* Whether @ns is in every initial namespace of @kinds that a nsproxy has. */
static __always_inline bool trust_nsproxy(bool follows, __u32 kinds, struct nsproxy *ns,
					  struct nsproxy *init)
{
	if (!ns || !init)
		return false;
	if (ns == init)
		return true;
	if (kinds & NAMESPACE_MNT && !KERNEL_SAME(follows, ns, init, mnt_ns))
		return false;
	if (kinds & NAMESPACE_NET && !KERNEL_SAME(follows, ns, init, net_ns))
		return false;
	if (kinds & NAMESPACE_IPC && !KERNEL_SAME(follows, ns, init, ipc_ns))
		return false;
	if (kinds & NAMESPACE_UTS && !KERNEL_SAME(follows, ns, init, uts_ns))
		return false;
	if (kinds & NAMESPACE_CGROUP && !KERNEL_SAME(follows, ns, init, cgroup_ns))
		return false;
	if (kinds & NAMESPACE_TIME && !KERNEL_SAME(follows, ns, init, time_ns))
		return false;
	return true;
}

static __always_inline bool trust_user(bool follows, struct task_struct *task)
{
	struct cred *cred = KERNEL_READ_BY(follows, task, cred);
	struct user_namespace *ns = KERNEL_READ_BY(follows, cred, user_ns);

	/* A null here was not read: its level would look like 0. */
	return ns && KERNEL_READ_BY(follows, ns, level) == 0;
}

/* By number (64 bits, of which a new cgroup has a new one), frozen by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__type(key, __u64);
	__type(value, __u32);
} trusted_cgroups SEC(".maps");

/* Which they are, for whoever reads the pin: their numbers, in no order. */
SEC("iter/bpf_map_elem")
int read_cgroups(struct bpf_iter__bpf_map_elem *ctx)
{
	void *key = ctx->key;

	if (key)
		bpf_seq_write(ctx->meta->seq, key, sizeof(__u64));
	return 0;
}

/* Whether the process is in a trusted cgroup (v2) or below one. */
static __always_inline bool trust_cgroup(bool follows, struct task_struct *task)
{
	struct css_set *css_set = KERNEL_READ_BY(follows, task, cgroups);
	struct cgroup *cgroup = css_set ? KERNEL_READ_BY(follows, css_set, dfl_cgrp) : NULL;

	for (int i = 0; i <= TRUST_CGROUP_DEPTH && cgroup; i++) {
		struct kernfs_node *node = KERNEL_READ_BY(follows, cgroup, kn);
		__u64 id = node ? KERNEL_READ_BY(follows, node, id) : 0;
		struct cgroup_subsys_state *parent;

		if (id && bpf_map_lookup_elem(&trusted_cgroups, &id))
			return true;
		parent = KERNEL_READ_BY(follows, cgroup, self.parent);
		cgroup = parent ? KERNEL_READ_BY(follows, parent, cgroup) : NULL;
	}
	return false;
}

/*
 * A task that is being reaped has no thread_pid, one past
 * exit_task_namespaces() has no nsproxy: neither is trusted.
 */
static __always_inline bool trust_namespaces(bool follows, struct task_struct *task,
					     struct pid *pid, __u32 kinds)
{
	if (!pid || !kinds)
		return false;
	/* The active one; nsproxy only has the one that children would get. */
	if (kinds & NAMESPACE_PID && KERNEL_READ_BY(follows, pid, level) != 0)
		return false;
	if (kinds & NAMESPACE_USER && !trust_user(follows, task))
		return false;
	if (!(kinds & ~(NAMESPACE_PID | NAMESPACE_USER)))
		return true;
	return trust_nsproxy(follows, kinds, KERNEL_READ_BY(follows, task, nsproxy),
			     kernel_init_nsproxy(follows, pid));
}

static __always_inline bool trust_by(bool follows, struct task_struct *task, struct pid *pid)
{
	return trust_namespaces(follows, task, pid, state.policy.namespaces) ||
	       (state.policy.cgroups && trust_cgroup(follows, task));
}

/*
 * Whether @task has given up to be trusted, by its name: nobody names a process but itself (kernel/
 * sys.c: prctl, fs/proc/base.c: comm_write), and to execute another program takes the name away.
 */
static __always_inline bool trust_given_up(bool follows, struct task_struct *task)
{
	__u64 name[2] = { 0 }, outside[2];

	__builtin_memcpy(outside, POLICY_OUTSIDE, sizeof(outside));
	if (follows)
		name[0] = *(__u64 *)&task->comm;
	else
		bpf_core_read(name, sizeof(name), &task->comm);
	if (name[0] != outside[0])
		return false;
	if (follows)
		name[1] = ((__u64 *)&task->comm)[1];
	return name[1] == outside[1];
}

static __always_inline bool trust_current_by(bool follows)
{
	struct task_struct *task = kernel_current_by(follows);
	struct pid *pid = KERNEL_FIRST(KERNEL_READ_BY(follows, task, thread_pid));

	return !trust_given_up(follows, task) &&
	       (trust_by(follows, task, pid) ||
		(state.policy.units && unit_task(bpf_get_current_task(), 0, 0)));
}

/*
 * A function of its own: what it keeps on the stack is gone before the record is made, which needs
 * most of the 512 bytes that all callers and the called share.
 */
BPF_GLOBAL(trust_current, unused, neither, nor)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	BPF_GLOBAL_UNUSED(nor);
	return KERNEL_FOLLOWS_TASK ? trust_current_by(true) : trust_current_by(false);
}

#endif
