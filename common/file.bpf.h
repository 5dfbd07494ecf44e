/* SPDX-License-Identifier: GPL-2.0-only */
/* What a file is, by its inode and its superblock. */
#ifndef BPFLOCK_FILE_BPF_H
#define BPFLOCK_FILE_BPF_H

#include <linux/magic.h>

#include "kernel.bpf.h"
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
