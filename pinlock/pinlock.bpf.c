// SPDX-License-Identifier: GPL-2.0-only
/*
 * pinlock: what is pinned stays.
 *
 * Threat: who got at the host's BPF file system or its mounts, by a descriptor, a mount or a
 * namespace that it joined, removes or renames the pins that the enforcement depends on, has them
 * go with a mount, or detaches or overrules what is attached by bpf(2). So does the host's root.
 *
 * Hooks: inode_unlink, inode_rmdir and inode_rename, which all ways to a name pass (fs/namei.c);
 * sb_umount for umount(2); sb_mount for MS_MOVE, move_mount for the newer call and sb_pivotroot,
 * each of which puts mounts below another that can be taken away (fs/namespace.c); bpf, before
 * every command (kernel/bpf/syscall.c: __sys_bpf). That a directory which is mounted on elsewhere
 * is removed is denied by the guard (common/load/guard.bpf.c), and that ftrace_enabled is written
 * by the other one.
 *
 * Invariants: what decides is frozen, or the kernel's; memory of the process is never read; mounts
 * are told by superblock and (device, inode), for a mount that propagates is another than the one
 * that was asked about; the verdict comes before its record; of what is elsewhere a few fields
 * are read.
 */
#define RECORD_SUBJECT
#define RECORD_ROOM RECORD_NAME_MAX /* what subject_dentry() needs */
#include "pinlock.h"
#include "bpf/caller.bpf.h"
#include "bpf/subject.bpf.h"
#include "lazy.bpf.h"

/* What a record names. */
enum { SOURCE_DENTRY = 1 };

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	if (source.kind == SOURCE_DENTRY)
		subject_dentry(subject, source.number);
}

/* Decides and records @op, done to @dentry, 0 for none: 1 where it is denied. */
BPF_GLOBAL(decide, op, dentry, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	bool trusted = op == PINLOCK_OVERRULE ? caller_trusted() : policy_trusted();
	enum policy_verdict verdict = decision(&state.policy, op, trusted);

	if (verdict_denies(verdict) && loader_is_current(&frozen.loader))
		return 0;
	return policy_apply(op, verdict,
			    (struct record_source){ dentry ? SOURCE_DENTRY : 0,
						    dentry ? subject_dentry_id(dentry) : 0,
						    dentry }) != 0;
}

static __always_inline int check(__u32 op, __u64 dentry)
{
	return policy_denial(decide(op, dentry, 0));
}

static __noinline int check_pin(__u64 dentry)
{
	return keep_pin(dentry, 0, 0) ? check(PINLOCK_UNPIN, dentry) : 0;
}

SEC("lsm/inode_unlink")
int BPF_PROG(inode_unlink, struct inode *dir, struct dentry *dentry)
{
	return keep_may(dir) ? check_pin(kernel_number(dentry)) : 0;
}

SEC("lsm/inode_rmdir")
int BPF_PROG(inode_rmdir, struct inode *dir, struct dentry *dentry)
{
	return keep_may(dir) ? check_pin(kernel_number(dentry)) : 0;
}

/* What is renamed, and what that takes the name of. */
SEC("lsm/inode_rename")
int BPF_PROG(inode_rename, struct inode *old_dir, struct dentry *old, struct inode *new_dir,
	     struct dentry *new)
{
	int ret;

	/* Both are of one filesystem. */
	if (!keep_may(old_dir))
		return 0;
	ret = check_pin(kernel_number(old));
	return ret ? ret : check_pin(kernel_number(new));
}

static __always_inline int check_mount(__u64 mnt)
{
	return check(PINLOCK_UNMOUNT, KERNEL_READ_AT(mnt, struct vfsmount, mnt_root));
}

SEC("lsm/sb_umount")
int BPF_PROG(sb_umount, struct vfsmount *mnt)
{
	__u64 number = kernel_number(mnt);

	return keep_unmounted(number) ? check_mount(number) : 0;
}

/* A program of its own, for the verifier has its limit for each. */
SEC("lsm/sb_umount")
int BPF_PROG(sb_umount__lazy, struct vfsmount *mnt, int flags)
{
	__u64 number = kernel_number(mnt);

	return lazy_unmounted(number, flags) ? check_mount(number) : 0;
}

/* What is moved is not to be seen, but that it is of the same namespace. */
SEC("lsm/sb_mount")
int BPF_PROG(sb_mount, const char *dev_name, const struct path *path, const char *type,
	     unsigned long flags)
{
	__u64 at = kernel_number(path);

	return flags & MS_MOVE && keep_is_of_host(KEEP_MNT(at))
		       ? check(PINLOCK_UNMOUNT, KEEP_DENTRY(at))
		       : 0;
}

/* Over a mount, or between it and the one that it lies on (MOVE_MOUNT_BENEATH, Linux 6.5). */
SEC("lsm/move_mount")
int BPF_PROG(move_mount, const struct path *from, const struct path *to)
{
	__u64 moved = kernel_number(from), over = kernel_number(to);

	if (keep_moved(KEEP_MNT(moved)))
		return check(PINLOCK_UNMOUNT, KEEP_DENTRY(moved));
	return keep_covered(over) ? check(PINLOCK_UNMOUNT, KEEP_DENTRY(over)) : 0;
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(sb_pivotroot, const struct path *old, const struct path *new)
{
	__u64 root = kernel_number(new);

	return keep_is_of_host(KEEP_MNT(root)) ? check(PINLOCK_UNMOUNT, KEEP_DENTRY(root)) : 0;
}

/* The last of the object, so that it is the last to be attached. */
SEC("lsm/bpf")
int BPF_PROG(bpf, int cmd, union bpf_attr *attr)
{
	return keep_overruled(cmd, attr) ? check(PINLOCK_OVERRULE, 0) : 0;
}

char _license[] SEC("license") = "GPL";
