// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seal: what is in force stays until the machine reboots, whoever asks.
 *
 * Threat: the host's root, with all capabilities and in whichever namespace, ends what is in force.
 *
 * Hooks: those of pinlock.bpf.c, attached as BPF_LSM_CGROUP to the root of cgroup2, in which each
 * process is, by BPF_PROG_ATTACH: no descriptor, pin or mount is needed for that to last, the root
 * of cgroup2 never goes away (kernel/cgroup/cgroup.c: cgrp_dfl_root), and the only way to detach
 * it is bpf(2), which it denies.
 *
 * Invariants: what decides is frozen, or the kernel's; 1 lets the kernel go on, 0 denies; denied
 * to all but the process that attached it, which else could not undo what it can't complete.
 */
#include "lazy.bpf.h"

static __always_inline int passes(bool taken)
{
	return !taken || loader_is_current(&frozen.loader);
}

/* Whether something that the pins lie on is mounted on @dentry, in whichever namespace. */
static __always_inline bool is_covered(struct dentry *dentry)
{
	struct inode *covered;
	__u64 inode, device;

	if (!is_mountpoint(dentry))
		return false;
	covered = dentry->d_inode; /* once: Linux 7.3 takes each load for another */
	if (!covered)
		return false;
	inode = covered->i_ino;
	device = covered->i_sb->s_dev;
	for (int i = 0; i < GUARD_COVERED_MAX && frozen.mounts[i].root.inode; i++)
		if (frozen.mounts[i].point == inode &&
		    (i == GUARD_COVERED_MAX - 1 || !frozen.mounts[i + 1].root.inode ||
		     frozen.mounts[i + 1].root.device == device))
			return true;
	return false;
}

static __always_inline bool is_kept(const struct inode *dir, struct dentry *dentry)
{
	return keep_may(dir) && keep_pin(kernel_number(dentry), 0, 0);
}

SEC("lsm_cgroup/inode_unlink")
int BPF_PROG(seal_unlink, struct inode *dir, struct dentry *dentry)
{
	return passes(is_kept(dir, dentry));
}

SEC("lsm_cgroup/inode_rmdir")
int BPF_PROG(seal_rmdir, struct inode *dir, struct dentry *dentry)
{
	return passes(is_covered(dentry) || is_kept(dir, dentry));
}

SEC("lsm_cgroup/inode_rename")
int BPF_PROG(seal_rename, struct inode *old_dir, struct dentry *old, struct inode *new_dir,
	     struct dentry *new)
{
	if (is_covered(old) || is_covered(new))
		return passes(true);
	/* Both are of one filesystem. */
	return passes(keep_may(old_dir) &&
		      (keep_pin(kernel_number(old), 0, 0) || keep_pin(kernel_number(new), 0, 0)));
}

SEC("lsm_cgroup/sb_umount")
int BPF_PROG(seal_umount, struct vfsmount *mnt)
{
	return passes(keep_unmounted(kernel_number(mnt)));
}

SEC("lsm_cgroup/sb_umount")
int BPF_PROG(seal_umount_lazy, struct vfsmount *mnt, int flags)
{
	return passes(lazy_unmounted(kernel_number(mnt), flags));
}

SEC("lsm_cgroup/sb_mount")
int BPF_PROG(seal_mount, const char *dev_name, const struct path *path, const char *type,
	     unsigned long flags)
{
	return passes(flags & MS_MOVE && keep_is_of_host(KEEP_MNT(kernel_number(path))));
}

SEC("lsm_cgroup/move_mount")
int BPF_PROG(seal_move_mount, const struct path *from, const struct path *to)
{
	return passes(keep_moved(KEEP_MNT(kernel_number(from))) || keep_covered(kernel_number(to)));
}

SEC("lsm_cgroup/sb_pivotroot")
int BPF_PROG(seal_pivotroot, const struct path *old, const struct path *new)
{
	return passes(keep_is_of_host(KEEP_MNT(kernel_number(new))));
}

/* The last, so that all else is undone where one of them can't be attached. */
SEC("lsm_cgroup/bpf")
int BPF_PROG(seal_bpf, int cmd, union bpf_attr *attr)
{
	return passes(keep_overruled(cmd, attr));
}

char _license[] SEC("license") = "GPL";
