/* SPDX-License-Identifier: GPL-2.0-only */
/* What a file is, by its inode, its superblock and where that is mounted. */
#ifndef BPFLOCK_FILE_BPF_H
#define BPFLOCK_FILE_BPF_H

#include <linux/magic.h>

#include <bpf/bpf_endian.h>

#include "kernel.bpf.h"

#define S_PRIVATE (1 << 9)     /* include/linux/fs.h */
#define SB_KERNMOUNT (1 << 22) /* the kernel's own */
#define FILE_MOUNTS_MAX 2048   /* mounts of a superblock that are looked at */
#define FILE_DEPTH_MAX 64      /* folders up from a file */
#define FILE_NAME_SHM bpf_htonl(0x73686d00)
#define FILE_NAME_DEV bpf_htonl(0x64657600)
#define FILE_NAMESPACES_MAX 33 /* kernel/user_namespace.c: 32 below the initial one */

/* The kernel's pointers as numbers: functions of their own take no others. */
#define FILE_READ(number, type, field)                                                             \
	({                                                                                         \
		typeof(((type *)0)->field) read_ = 0;                                              \
		bpf_core_read(&read_, sizeof(read_), &((type *)(number))->field);                  \
		(__u64) read_;                                                                     \
	})

/* The three characters that @dentry is called, 0 where they are more or fewer. */
static __always_inline __u32 file_name(__u64 dentry)
{
	__u32 name = 0;

	if (FILE_READ(dentry, struct dentry, d_name.len) == 3)
		bpf_probe_read_kernel(&name, 3,
				      (void *)FILE_READ(dentry, struct dentry, d_name.name));
	return name;
}

/* Whether user namespace @owner is @ns or above it. */
__noinline int file_ns_within(__u64 ns, __u64 owner)
{
	for (int i = 0; i < FILE_NAMESPACES_MAX && ns; i++) {
		if (ns == owner)
			return 1;
		ns = FILE_READ(ns, struct user_namespace, parent);
	}
	return 0;
}

/* Whether @dentry is below folder @root, or with @shm, below its folder "shm"; too deep is. */
__noinline int file_is_below(__u64 dentry, __u64 root, int shm)
{
	__u64 child = 0;

	for (int i = 0; i < FILE_DEPTH_MAX; i++) {
		__u64 parent;

		if (dentry == root)
			return child && (!shm || file_name(child) == FILE_NAME_SHM);
		child = dentry;
		parent = FILE_READ(dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;
		dentry = parent;
	}
	return 1;
}

/*
 * Whether @mount makes what is at @dentry POSIX shared memory: it is mounted on a "shm" in a
 * folder or mount "dev", or on a "dev" that has the file in its folder "shm".
 */
__noinline int file_mount_is_shm(__u64 mount, __u64 dentry)
{
	__u64 point = FILE_READ(mount, struct mount, mnt_mountpoint), root, up, over;
	__u32 name = file_name(point);

	if (name != FILE_NAME_DEV && name != FILE_NAME_SHM)
		return 0;
	root = FILE_READ(mount, struct mount, mnt.mnt_root);
	if (name == FILE_NAME_DEV)
		return file_is_below(dentry, root, 1);
	over = FILE_READ(mount, struct mount, mnt_parent);
	up = FILE_READ(point, struct dentry, d_parent);
	if (up == FILE_READ(over, struct mount, mnt.mnt_root))
		up = FILE_READ(over, struct mount, mnt_mountpoint);
	return file_name(up) == FILE_NAME_DEV && file_is_below(dentry, root, 0);
}

/*
 * Whether the mount namespace of @mount says so: it belongs to the user namespace that @sb or
 * the calling process is in, or to one above. Else anybody could make /tmp shared memory
 * for all others, by mounting it on a "dev/shm" in a user namespace of his own.
 */
__noinline int file_mount_counts(__u64 mount, __u64 sb)
{
	__u64 ns = FILE_READ(mount, struct mount, mnt_ns);
	__u64 owner = FILE_READ(ns, struct mnt_namespace, user_ns);
	struct task_struct *task = kernel_current();
	__u64 cred = FILE_READ(task, struct task_struct, cred);
	__u64 mine = FILE_READ(cred, struct cred, user_ns);

	return owner && (file_ns_within(FILE_READ(sb, struct super_block, s_user_ns), owner) ||
			 file_ns_within(mine, owner));
}

/* The mount of @sb after @mount, or the first after 0. */
__noinline __u64 file_next_mount(__u64 sb, __u64 mount)
{
	__u64 next;

	if (bpf_core_field_exists(((struct mount___6_18 *)0)->mnt_next_for_sb))
		return mount ? FILE_READ(mount, struct mount___6_18, mnt_next_for_sb)
			     : FILE_READ(sb, struct super_block___6_18, s_mounts);
	next = mount ? FILE_READ(mount, struct mount, mnt_instance.next)
		     : FILE_READ(sb, struct super_block, s_mounts.next);
	if (!next || next == sb + bpf_core_field_offset(struct super_block, s_mounts))
		return 0;
	return next - bpf_core_field_offset(struct mount, mnt_instance);
}

/* The list is walked without its lock: its members are freed by RCU (fs/namespace.c: cleanup_mnt).
 */
__noinline int file_is_shm(__u64 sb, __u64 dentry)
{
	__u64 mount = 0;

	for (int i = 0; i < FILE_MOUNTS_MAX; i++) {
		mount = file_next_mount(sb, mount);
		if (!mount)
			break;
		if (file_mount_is_shm(mount, dentry) && file_mount_counts(mount, sb))
			return 1;
	}
	return 0;
}

/* Whether @file is on a mounted file system in memory, as POSIX shared memory. */
static __always_inline bool file_is_posix_shm(struct file *file)
{
	struct inode *inode = file->f_inode;
	unsigned long magic = inode->i_sb->s_magic;

	if (magic != TMPFS_MAGIC && magic != RAMFS_MAGIC)
		return false;
	return file_is_shm(FILE_READ(inode, struct inode, i_sb),
			   FILE_READ(file, struct file, f_path.dentry));
}

/*
 * On the kernel's own mounts of tmpfs and hugetlbfs are memfds, and, private, System V segments
 * and shared anonymous memory (mm/shmem.c: shmem_file_setup, shmem_kernel_file_setup;
 * fs/hugetlbfs/inode.c: hugetlb_file_setup).
 */
static __always_inline bool file_is_memfd(struct inode *inode)
{
	return inode->i_sb->s_flags & SB_KERNMOUNT && !(inode->i_flags & S_PRIVATE);
}

/* Whether nothing links to @file that could still be found by a name, or never did. */
static __always_inline bool file_is_nameless(struct file *file)
{
	struct inode *inode = file->f_inode;

	if (inode->i_nlink)
		return false;
	/* Some FUSE servers count no links: there a name that can be looked up is one. */
	return inode->i_sb->s_flags & SB_KERNMOUNT || !file->f_path.dentry->d_hash.pprev;
}

/* Whether @file was made by O_TMPFILE without O_EXCL and has not been linked since. */
static __always_inline bool file_is_linkable(struct inode *inode)
{
	struct inode___6_19 *later = (struct inode___6_19 *)inode;
	struct inode___6_18 *new = (struct inode___6_18 *)inode;

	if (bpf_core_field_exists(later->i_state.__state))
		return later->i_state.__state &
		       bpf_core_enum_value(enum inode_state_flags_enum, I_LINKABLE___6_19);
	if (bpf_core_field_exists(new->i_state))
		return new->i_state &bpf_core_enum_value(enum inode_state_flags_t, I_LINKABLE);
	return inode->i_state & I_LINKABLE_MACRO;
}

/* The seals of a memfd; 0 where it has none or is no memfd. */
static __always_inline __u32 file_seals(struct inode *inode)
{
	unsigned long magic = inode->i_sb->s_magic;
	__u64 at = (__u64)inode;

	if (!file_is_memfd(inode))
		return 0;
	if (magic == HUGETLBFS_MAGIC)
		return FILE_READ(at - bpf_core_field_offset(struct hugetlbfs_inode_info, vfs_inode),
				 struct hugetlbfs_inode_info, seals);
	return FILE_READ(at - bpf_core_field_offset(struct shmem_inode_info, vfs_inode),
			 struct shmem_inode_info, seals);
}

#endif
