/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of /proc/PID that show what a process has in memory. Since Linux 6.15 CAP_PERFMON reads
 * them where ptrace_access_check says no (kernel/fork.c: may_access_mm): so who opens one, and
 * whose it is, has to be known by the file.
 */
#ifndef BPFLOCK_PROC_BPF_H
#define BPFLOCK_PROC_BPF_H

#include "bpf/read.bpf.h"

/* include/uapi/linux/magic.h, include/uapi/linux/capability.h */
#define PROC_SUPER_MAGIC 0x9fa0
#define PROC_CAPS (1ULL << 21 /* CAP_SYS_ADMIN */ | 1ULL << 38 /* CAP_PERFMON */)

/* Whether @task has what lets it: in the initial user namespace. */
static __always_inline bool proc_reads_by_perfmon(struct task_struct *task)
{
	struct cred *cred = KERNEL_READ(task, cred);
	struct user_namespace *ns = KERNEL_READ(cred, user_ns);
	__u64 caps = 0;

	if (!ns || KERNEL_READ(ns, level) != 0)
		return false;
	if (KERNEL_FOLLOWS_TASK)
		caps = *(__u64 *)&cred->cap_effective;
	else
		bpf_core_read(&caps, sizeof(caps), &cred->cap_effective);
	return caps & PROC_CAPS;
}

/* The first 7 bytes of a name, which tell these apart, as a number. */
#define PROC_NAME(text)                                                                            \
	({                                                                                         \
		__u64 name_ = 0;                                                                   \
		__builtin_memcpy(&name_, text, sizeof(text) < 8 ? sizeof(text) : 7);               \
		name_;                                                                             \
	})

/* Whether @file, of a /proc, is one of them: by its own name there, however it was come by. */
static __always_inline bool proc_is_memory(struct file *file)
{
	struct dentry *dentry = KERNEL_READ(file, f_path.dentry);
	const unsigned char *text = KERNEL_READ(dentry, d_name.name);
	__u64 name = 0;

	if (bpf_probe_read_kernel_str(&name, sizeof(name), text) <= 0)
		return false;
	return name == PROC_NAME("environ") || name == PROC_NAME("maps") ||
	       name == PROC_NAME("smaps") || name == PROC_NAME("smaps_rollup") ||
	       name == PROC_NAME("numa_maps") || name == PROC_NAME("pagemap") ||
	       name == PROC_NAME("auxv") || name == PROC_NAME("map_files");
}

/* Whose file it is, a task as a number; 0: nobody's. */
static __always_inline __u64 proc_task(struct inode *inode)
{
	__u64 proc, pid, node;

	if (!bpf_core_field_exists(struct proc_inode, vfs_inode))
		return 0;
	proc = kernel_number(inode) - bpf_core_field_offset(struct proc_inode, vfs_inode);
	pid = KERNEL_READ_AT(proc, struct proc_inode, pid);
	node = pid ? KERNEL_READ_AT(pid, struct pid, tasks[0].first) : 0;
	return node ? node - bpf_core_field_offset(struct task_struct, pid_links[0]) : 0;
}

#endif
