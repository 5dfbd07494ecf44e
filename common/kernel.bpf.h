/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel types and fields that the suite reads, and no others: the one
 * list to review on a new kernel. Offsets are relocated at load (CO-RE).
 */
#ifndef BPFLOCK_KERNEL_BPF_H
#define BPFLOCK_KERNEL_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EPERM 1

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct uts_namespace;
struct ipc_namespace;
struct mnt_namespace;
struct net;
struct cgroup_namespace;
struct time_namespace;

/* include/linux/user_namespace.h: 0 is init_user_ns, each child one more. */
struct user_namespace {
	int level;
};

struct cred {
	struct user_namespace *user_ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct cgroup_namespace *cgroup_ns;
};

struct task_struct;

struct pid_namespace {
	struct task_struct *child_reaper;
};

struct upid {
	struct pid_namespace *ns;
};

/* include/linux/pid.h: numbers[level] is the active namespace, numbers[0] the initial one. */
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct task_struct {
	struct task_struct *real_parent;
	struct pid *thread_pid;
	const struct cred *cred;
	struct nsproxy *nsproxy;
};

#pragma clang attribute pop

#endif
