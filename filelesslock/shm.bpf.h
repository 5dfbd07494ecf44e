/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a file in memory is POSIX shared memory: by where its superblock is mounted. */
#ifndef BPFLOCK_SHM_BPF_H
#define BPFLOCK_SHM_BPF_H

#include <bpf/bpf_endian.h>

#include "bpf/read.bpf.h"

#define SHM_MOUNTS_MAX 2048   /* mounts of a superblock that are looked at */
#define SHM_MOUNTS_ONCE 64    /* in one loop, whose every turn is verified */
#define SHM_STACK_MAX 8	      /* mounts on top of each other */
#define SHM_DEPTH_MAX 64      /* folders up from a file */
#define SHM_NAMESPACES_MAX 33 /* kernel/user_namespace.c: 32 below the initial one */

#define SHM_NAME_SHM bpf_htonl(0x73686d00)
#define SHM_NAME_DEV bpf_htonl(0x64657600)

/* The three characters that @dentry is called, 0 where they are more or fewer. */
static __always_inline __u32 shm_name(__u64 dentry)
{
	__u32 name = 0;

	if (KERNEL_READ_AT(dentry, struct dentry, d_name.len) == 3)
		bpf_probe_read_kernel(&name, 3,
				      (void *)KERNEL_READ_AT(dentry, struct dentry, d_name.name));
	return name;
}

/* Whether user namespace @owner is @ns or above it. */
BPF_GLOBAL(shm_ns_within, ns, owner, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	for (int i = 0; i < SHM_NAMESPACES_MAX && ns; i++) {
		if (ns == owner)
			return 1;
		ns = KERNEL_READ_AT(ns, struct user_namespace, parent);
	}
	return 0;
}

/* Whether @dentry is below folder @root, or with @shm, below its folder "shm"; too deep is. */
BPF_GLOBAL(shm_is_below, dentry, root, shm)
{
	__u64 child = 0;

	for (int i = 0; i < SHM_DEPTH_MAX; i++) {
		__u64 parent;

		if (dentry == root)
			return child && (!shm || shm_name(child) == SHM_NAME_SHM);
		child = dentry;
		parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;
		dentry = parent;
	}
	return 1;
}

/* The first of the mounts stacked on one place: only that one lies on a directory with a name. */
BPF_GLOBAL(shm_lowest_mount, mount, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	for (int i = 0; i < SHM_STACK_MAX; i++) {
		__u64 over = KERNEL_READ_AT(mount, struct mount, mnt_parent);

		if (over == mount || KERNEL_READ_AT(mount, struct mount, mnt_mountpoint) !=
					     KERNEL_READ_AT(over, struct mount, mnt.mnt_root))
			break;
		mount = over;
	}
	return mount;
}

/*
 * Whether @mount makes what is at @dentry POSIX shared memory: it is mounted on a "shm" in a
 * folder or mount "dev", or on a "dev" that has the file in its folder "shm".
 */
BPF_GLOBAL(shm_is_mount, mount, dentry, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 root = KERNEL_READ_AT(mount, struct mount, mnt.mnt_root), point, up;
	__u32 name;

	mount = shm_lowest_mount(mount, 0, 0);
	point = KERNEL_READ_AT(mount, struct mount, mnt_mountpoint);
	name = shm_name(point);
	if (name == SHM_NAME_DEV)
		return shm_is_below(dentry, root, 1);
	if (name != SHM_NAME_SHM)
		return 0;
	mount = KERNEL_READ_AT(mount, struct mount, mnt_parent);
	up = KERNEL_READ_AT(point, struct dentry, d_parent);
	if (up == KERNEL_READ_AT(mount, struct mount, mnt.mnt_root)) {
		mount = shm_lowest_mount(mount, 0, 0);
		up = KERNEL_READ_AT(mount, struct mount, mnt_mountpoint);
	}
	return shm_name(up) == SHM_NAME_DEV && shm_is_below(dentry, root, 0);
}

/*
 * Whether the mount namespace of @mount says so: it belongs to the user namespace that @sb or
 * the calling process is in, or to one above. Else anybody could make /tmp shared memory
 * for all others, by mounting it on a "dev/shm" in a user namespace of his own.
 */
BPF_GLOBAL(shm_mount_counts, mount, sb, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 ns = KERNEL_READ_AT(mount, struct mount, mnt_ns);
	__u64 owner = KERNEL_READ_AT(ns, struct mnt_namespace, user_ns);
	struct task_struct *task = kernel_current();
	__u64 cred = KERNEL_READ_AT(task, struct task_struct, cred);
	__u64 mine = KERNEL_READ_AT(cred, struct cred, user_ns);

	return owner &&
	       (shm_ns_within(KERNEL_READ_AT(sb, struct super_block, s_user_ns), owner, 0) ||
		shm_ns_within(mine, owner, 0));
}

/* The mount of @sb after @mount, or the first after 0. */
BPF_GLOBAL(shm_next_mount, sb, mount, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 next;

	if (bpf_core_field_exists(((struct mount___6_18 *)0)->mnt_next_for_sb))
		return mount ? KERNEL_READ_AT(mount, struct mount___6_18, mnt_next_for_sb)
			     : KERNEL_READ_AT(sb, struct super_block___6_18, s_mounts);
	next = mount ? KERNEL_READ_AT(mount, struct mount, mnt_instance.next)
		     : KERNEL_READ_AT(sb, struct super_block, s_mounts.next);
	if (!next || next == sb + bpf_core_field_offset(struct super_block, s_mounts))
		return 0;
	return next - bpf_core_field_offset(struct mount, mnt_instance);
}

/* Whether @mount makes what is at @dentry of @sb POSIX shared memory, and counts. */
BPF_GLOBAL(shm_says, mount, sb, dentry)
{
	return shm_is_mount(mount, dentry, 0) && shm_mount_counts(mount, sb, 0);
}

#define SHM_FOUND 1

/* SHM_FOUND if one of the mounts of @sb after @mount says so, 0 if none, or the last looked at. */
BPF_GLOBAL(shm_look, sb, mount, dentry)
{
	for (int i = 0; i < SHM_MOUNTS_ONCE; i++) {
		mount = shm_next_mount(sb, mount, 0);
		if (!mount)
			break;
		if (shm_says(mount, sb, dentry))
			return SHM_FOUND;
	}
	return mount;
}

/*
 * Whether what is at @dentry of @sb is POSIX shared memory. The list is walked without its lock:
 * its members are freed by RCU (fs/namespace.c: cleanup_mnt).
 */
BPF_GLOBAL(shm_has, sb, dentry, vfsmount)
{
	__u64 mount = 0;

	for (int i = 0; i < SHM_MOUNTS_MAX / SHM_MOUNTS_ONCE; i++) {
		mount = shm_look(sb, mount, dentry);
		if (!mount || mount == SHM_FOUND)
			return mount == SHM_FOUND;
	}
	/* Any user can have so many before the one of the path (from Linux 6.18 on). */
	mount = vfsmount - bpf_core_field_offset(struct mount, mnt);
	return shm_says(mount, sb, dentry);
}

#endif
