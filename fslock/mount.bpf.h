/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a mount before it is made or changed. */
#ifndef BPFLOCK_MOUNT_BPF_H
#define BPFLOCK_MOUNT_BPF_H

#include "bpf/policy.bpf.h"
#include "bpf/syscall.bpf.h"
#include "file.bpf.h"

/* include/linux/fs.h, mount.h, include/uapi/linux/mount.h, magic.h: macros, so not in BTF. */
#define SB_RDONLY 1
#define FS_REQUIRES_DEV 1
#define MNT_READONLY 0x40
#define MS_RDONLY 1
#define MS_REMOUNT 32
#define OPEN_TREE_CLONE 1
#define OPEN_TREE_NAMESPACE 2 /* a clone in a namespace of its own, since Linux 7.0 */
#define BTRFS_SUPER_MAGIC 0x9123683e
/* include/uapi/linux/btrfs.h */
#define BTRFS_IOC_SNAP_DESTROY 0x5000940f
#define BTRFS_IOC_DEFAULT_SUBVOL 0x40089413
#define BTRFS_IOC_SNAP_DESTROY_V2 0x5000943f

/* Of a type so many of its superblocks are looked at. */
#define MOUNT_SUPERBLOCKS_SEEN 32

/*
 * Whether mounting something of @type, a number, may make a read-only superblock writable: btrfs
 * does so with one that is there, and asks nobody (fs/btrfs/super.c: btrfs_reconfigure_for_mount,
 * before Linux 6.8 mount_subvol). Where there are more than are looked at it may.
 */
BPF_GLOBAL(mount_may_write, type, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 node = KERNEL_READ_AT(type, struct file_system_type, fs_supers.first);
	__u64 offset = bpf_core_field_offset(struct super_block, s_instances);

	for (int i = 0; i < MOUNT_SUPERBLOCKS_SEEN; i++) {
		__u64 sb = node - offset;

		if (!node || KERNEL_READ_AT(sb, struct super_block, s_magic) != BTRFS_SUPER_MAGIC)
			return 0;
		if (KERNEL_READ_AT(sb, struct super_block, s_flags) & SB_RDONLY)
			return 1;
		node = KERNEL_READ_AT(node, struct hlist_node, next);
	}
	return 1;
}

enum mount_parameter {
	MOUNT_SOURCE = 1,
	MOUNT_RELEASE_AGENT,
};

/* Which parameter the text @key, in the kernel's memory, names; 0: another. */
BPF_GLOBAL(mount_parameter, key, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	char text[FILE_NAME_MAX] = "";

	bpf_probe_read_kernel_str(text, sizeof(text), (const void *)key);
	return FILE_IS(text, "source")		? MOUNT_SOURCE
	       : FILE_IS(text, "release_agent") ? MOUNT_RELEASE_AGENT
						: 0;
}

/*
 * The system call that the current process is in, and for open_tree(2) its flags, for ioctl(2) what
 * it asks for.
 */
static __always_inline enum syscall mount_call(__u64 *flags)
{
	struct task_struct *task = kernel_current();

	*flags = 0;
	if (KERNEL_READ(task, flags) & PF_KTHREAD)
		return SYSCALL_OTHER;
	return syscall_current(SYSCALLS_MOUNTS, task, flags);
}

/*
 * Whether @call, with @flags, deletes a subvolume of btrfs, which takes away all mounts that lie in
 * it, in whichever namespace (fs/btrfs/inode.c: btrfs_delete_subvolume; fs/dcache.c: d_invalidate),
 * or says which is to be mounted. Of the kernel nobody else hears of it.
 */
static __always_inline bool mount_is_subvolume(enum syscall call, __u64 flags)
{
	__u32 command = (__u32)flags;

	return call == SYSCALL_IOCTL &&
	       (command == BTRFS_IOC_SNAP_DESTROY || command == BTRFS_IOC_SNAP_DESTROY_V2 ||
		command == BTRFS_IOC_DEFAULT_SUBVOL);
}

/* Whether that is mount(2), which sb_mount was asked about. */
static __always_inline bool mount_is_asked(void)
{
	__u64 flags;

	return mount_call(&flags) == SYSCALL_MOUNT;
}

#endif
