/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is trusted in this program: of any task, the calling one or another, by reads
 * that can only fail. Who can't be read is not trusted.
 */
#ifndef BPFLOCK_TRUSTED_BPF_H
#define BPFLOCK_TRUSTED_BPF_H

#include "bpf/first.bpf.h"
#include "bpf/policy.bpf.h"

/* So many of a process's supplementary groups are looked at. */
#define TRUSTED_GROUPS_SEEN 64

static __always_inline bool trusted_has_group(__u32 gid)
{
	for (__u32 i = 0; i < POLICY_GROUPS_MAX; i++)
		if (i < state.policy.groups && state.policy.group[i] == gid)
			return true;
	return false;
}

/*
 * Whether @task is a member of a trusted group. Only of the initial pid namespace: in a
 * container CAP_SETGID, which engines give to all, joins any group.
 */
BPF_GLOBAL(trusted_member, task, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 pid = KERNEL_READ_AT(task, struct task_struct, thread_pid);
	__u64 cred = KERNEL_READ_AT(task, struct task_struct, cred), info;
	__u32 count, gid = 0;

	if (!pid || KERNEL_READ_AT(pid, struct pid, level) || !cred)
		return 0;
	if (trusted_has_group((__u32)KERNEL_READ_AT(cred, struct cred, egid.val)))
		return 1;
	info = KERNEL_READ_AT(cred, struct cred, group_info);
	count = info ? (__u32)KERNEL_READ_AT(info, struct group_info, ngroups) : 0;
	info += bpf_core_field_offset(struct group_info, gid);
	for (__u32 i = 0; i < TRUSTED_GROUPS_SEEN && i < count; i++) {
		if (bpf_probe_read_kernel(&gid, sizeof(gid), (void *)(info + i * sizeof(gid))))
			return 0;
		if (trusted_has_group(gid))
			return 1;
	}
	return 0;
}

/* Whether @task, a number, is trusted. */
BPF_GLOBAL(trusted_task, task, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	struct task_struct *is = (struct task_struct *)task;

	return !trust_given_up(false, is) &&
	       (trust_by(false, is, KERNEL_READ_BY(false, is, thread_pid)) ||
		(state.policy.units && unit_task(task, 0, 0)) ||
		(state.policy.groups && trusted_member(task, 0, 0)));
}

/* Whether the calling process is trusted, where that matters. */
static __always_inline bool trusted_current(void)
{
	__u64 task = kernel_number(kernel_current());

	return state.policy.profile == PROFILE_BASELINE &&
	       (trust_current(0, 0, 0) || first_trusted(task, 0, 0) ||
		(state.policy.groups && trusted_task(task, 0, 0)));
}

#endif
