// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard of the mounts that the pins depend on.
 *
 * Threat: rmdir(2), or rename(2) over it, of a directory that is a mountpoint in other mount
 * namespaces only, takes away what is mounted there in all of them (fs/namei.c: vfs_rmdir,
 * vfs_rename, then fs/namespace.c: __detach_mounts). With the directory that covers sysfs in the
 * host's root filesystem goes the BPF file system below it, and with it every pin; no capability is
 * needed, and sb_umount is not asked.
 *
 * Hooks: inode_rmdir and inode_rename, which all system calls and nfsd pass, by whatever mount or
 * handle the directory was reached (fs/namei.c).
 *
 * Invariants: denied to everybody; what decides is frozen; of any other directory one field is
 * read.
 */
#include "abi/guard.h"
#include "bpf/mountpoint.bpf.h"
#include "bpf/read.bpf.h"

const volatile struct guard_frozen guard;

/*
 * Whether it is one that the pins depend on. What is rare is read by calls, where these are
 * allowed: for each pointer that is followed the verifier searches all of BTF.
 */
static __always_inline int denied_by(bool follows, struct dentry *dentry)
{
	struct inode *inode = KERNEL_READ_BY(follows, dentry, d_inode);
	struct super_block *sb = inode ? KERNEL_READ_BY(follows, inode, i_sb) : NULL;
	__u64 number, device;
	int ret = 0;

	if (!sb)
		return 0;
	number = KERNEL_READ_BY(follows, inode, i_ino);
	device = KERNEL_READ_BY(follows, sb, s_dev);
	for (int i = 0; i < GUARD_COVERED_MAX && guard.covered[i].inode; i++)
		if (guard.covered[i].inode == number && guard.covered[i].device == device)
			ret = -EPERM;
	/* Made by arithmetic, the verifier of Linux 6.18 would not know it. */
	barrier_var(ret);
	return ret;
}

static __always_inline int denied(struct dentry *dentry)
{
	if (!is_mountpoint(dentry))
		return 0;
	return guard.follows ? denied_by(true, dentry) : denied_by(false, dentry);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(inode_rmdir, struct inode *dir, struct dentry *dentry)
{
	return denied(dentry);
}

/* Where two are exchanged each takes the place of the other. */
SEC("lsm/inode_rename")
int BPF_PROG(inode_rename, struct inode *old_dir, struct dentry *old, struct inode *new_dir,
	     struct dentry *new)
{
	int ret = denied(old);

	return ret ? ret : denied(new);
}

char _license[] SEC("license") = "GPL";
