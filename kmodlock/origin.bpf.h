/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a file come from where the policy's origin says: the root filesystem, as it is now. */
#ifndef BPFLOCK_ORIGIN_BPF_H
#define BPFLOCK_ORIGIN_BPF_H

#include "bpf/policy.bpf.h"

/* include/linux/fs.h and blkdev.h: macros, so not in BTF; the same in all versions that have them.
 */
#define SB_RDONLY 1
#define BD_READ_ONLY (1 << 8)
#define GD_READ_ONLY (1 << 1)

/* The filesystem that PID 1 has as /, or NULL: nullfs is what the first task has from Linux 7. */
static __always_inline struct super_block *origin_root(void)
{
	struct task_struct *task = kernel_current();
	struct pid *pid = KERNEL_READ(task, thread_pid);
	struct pid_namespace *ns = pid ? KERNEL_READ(pid, numbers[0].ns) : NULL;
	struct task_struct *reaper = ns ? KERNEL_READ(ns, child_reaper) : NULL;
	struct fs_struct *fs = reaper ? KERNEL_READ(reaper, fs) : NULL;
	struct vfsmount *mnt = fs ? KERNEL_READ(fs, root.mnt) : NULL;

	return mnt ? KERNEL_READ(mnt, mnt_sb) : NULL;
}

/* block/genhd.c, include/linux/blkdev.h: bdev_read_only(); false where no field that we know says
 * so. */
static __always_inline bool origin_device_read_only(struct block_device *device)
{
	struct gendisk *disk;

	if (!device)
		return false;
	if (bpf_core_field_exists(device->bd_part)) {
		struct hd_struct *part = KERNEL_READ(device, bd_part);

		return part && KERNEL_READ(part, policy) != 0;
	}
	if (bpf_core_field_exists(device->__bd_flags)) {
		if (KERNEL_READ(device, __bd_flags.counter) & BD_READ_ONLY)
			return true;
	} else if (bpf_core_field_exists(device->bd_read_only)) {
		if (KERNEL_READ(device, bd_read_only))
			return true;
	} else {
		return false;
	}
	disk = KERNEL_READ(device, bd_disk);
	return disk && KERNEL_READ(disk, state) & GD_READ_ONLY;
}

/* What the policy's origin has against @file, NULL for what comes from memory; 0: nothing. */
static __always_inline __u32 origin_objection(struct file *file)
{
	struct super_block *root = origin_root(), *sb;
	struct inode *inode = file ? KERNEL_READ(file, f_inode) : NULL;

	if (!inode || !root || KERNEL_READ(root, s_dev) != state.policy.root)
		return VERDICT_DENY_ROOTFS;
	sb = KERNEL_READ(inode, i_sb);
	/* Without a name it was not found there: O_TMPFILE, or unlinked. */
	if (sb != root || KERNEL_READ(inode, i_nlink) == 0)
		return VERDICT_DENY_ROOTFS;
	if (state.policy.origin == ORIGIN_ROOTFS)
		return 0;
	/* Of the filesystem, not of one mount: no other mount of it can be written either. */
	if (!(KERNEL_READ(sb, s_flags) & SB_RDONLY))
		return VERDICT_DENY_RO;
	if (state.policy.origin == ORIGIN_RO)
		return 0;
	return origin_device_read_only(KERNEL_READ(sb, s_bdev)) ? 0 : VERDICT_DENY_RO_DEV;
}

#endif
