/* SPDX-License-Identifier: GPL-2.0-only */
/* What a file is, by its inode and its superblock. */
#ifndef BPFLOCK_FILE_BPF_H
#define BPFLOCK_FILE_BPF_H

#include <linux/magic.h>

#include "bpf/read.bpf.h"
#include "shm.bpf.h"

#define S_PRIVATE (1 << 9)     /* include/linux/fs.h */
#define SB_KERNMOUNT (1 << 22) /* the kernel's own */

/* Whether POSIX shared memory can be on @sb. */
static __always_inline bool file_is_in_memory(struct super_block *sb)
{
	unsigned long magic = sb->s_magic;

	return magic == TMPFS_MAGIC || magic == RAMFS_MAGIC;
}

/*
 * On the kernel's own mounts of tmpfs and hugetlbfs are memfds, and, private, System V segments
 * and shared anonymous memory (mm/shmem.c: shmem_file_setup, shmem_kernel_file_setup;
 * fs/hugetlbfs/inode.c: hugetlb_file_setup).
 */
static __always_inline bool file_is_memfd(struct inode *inode, struct super_block *sb)
{
	return sb->s_flags & SB_KERNMOUNT && !(inode->i_flags & S_PRIVATE);
}

/* Whether nothing links to @inode that could still be found by a name, or never did. */
static __always_inline bool file_is_nameless(struct inode *inode, struct super_block *sb,
					     __u64 dentry)
{
	if (inode->i_nlink)
		return false;
	/* Some FUSE servers count no links: there a name that can be looked up is one. */
	return sb->s_flags & SB_KERNMOUNT || !KERNEL_READ_AT(dentry, struct dentry, d_hash.pprev);
}

/* Deeper than this nobody looks for the name of a file: in doubt it has none. */
#define FILE_DEPTH_MAX 64

/*
 * Whether the name that @file was opened by is gone, though its inode counts links. On btrfs that
 * is in a subvolume that was deleted, whose own dentry was dropped (fs/btrfs/inode.c:
 * btrfs_delete_subvolume, d_invalidate), or in who knows which: what was opened by a handle may be
 * in no folder (fs/exportfs/expfs.c: exportfs_decode_fh_raw). On an overlay with an index it is
 * unlinked, where what is counted are links of the layer below that no name of the overlay leads to
 * (fs/overlayfs/util.c: ovl_get_nlink).
 */
BPF_GLOBAL(file_name_is_gone, dentry, magic, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 parent;

	if (magic == OVERLAYFS_SUPER_MAGIC)
		return !KERNEL_READ_AT(dentry, struct dentry, d_hash.pprev);
	/* Its own name may be gone where it has another; that of the filesystem's root is nowhere.
	 */
	parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
	if (parent == dentry)
		return 1;
	dentry = parent;
	for (int i = 0; i < FILE_DEPTH_MAX; i++) {
		parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;
		if (!KERNEL_READ_AT(dentry, struct dentry, d_hash.pprev))
			return 1;
		dentry = parent;
	}
	return 1;
}

static __always_inline bool file_is_lost(struct file *file, struct super_block *sb)
{
	unsigned long magic = sb->s_magic;

	if (magic != BTRFS_SUPER_MAGIC && magic != OVERLAYFS_SUPER_MAGIC)
		return false;
	return file_name_is_gone(KERNEL_READ_AT(file, struct file, f_path.dentry), magic, 0);
}

/* Whether @inode was made by O_TMPFILE without O_EXCL and has not been linked since. */
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

/* The seals of a memfd, by calls; 0 where it has none or is no memfd. */
static __always_inline __u32 file_seals(__u64 inode, __u64 sb)
{
	if (!(KERNEL_READ_AT(sb, struct super_block, s_flags) & SB_KERNMOUNT) ||
	    KERNEL_READ_AT(inode, struct inode, i_flags) & S_PRIVATE)
		return 0;
	if (KERNEL_READ_AT(sb, struct super_block, s_magic) == HUGETLBFS_MAGIC)
		return KERNEL_READ_AT(
			inode - bpf_core_field_offset(struct hugetlbfs_inode_info, vfs_inode),
			struct hugetlbfs_inode_info, seals);
	return KERNEL_READ_AT(inode - bpf_core_field_offset(struct shmem_inode_info, vfs_inode),
			      struct shmem_inode_info, seals);
}

#endif
