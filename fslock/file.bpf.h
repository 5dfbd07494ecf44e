/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What opening a file for writing is: told by its filesystem, its inode and the names that the
 * kernel itself gave it, never by the path that was used.
 */
#ifndef BPFLOCK_FILE_BPF_H
#define BPFLOCK_FILE_BPF_H

#include "bpf/policy.bpf.h"
#include "fslock.h"

/* include/uapi/linux/magic.h, stat.h: macros, so not in BTF. */
#define SYSFS_MAGIC 0x62656572
#define PROC_SUPER_MAGIC 0x9fa0
#define BINFMTFS_MAGIC 0x42494e4d
#define CGROUP_SUPER_MAGIC 0x27e0eb
#define S_IFMT 00170000
#define S_IFBLK 0060000
#define S_IFCHR 0020000
/* include/uapi/linux/major.h, the second until Linux 5.13; include/linux/kdev_t.h */
#define MTD_CHAR_MAJOR 90
#define RAW_MAJOR 162
#define MINOR_BITS 20

#define FILE_NAME_MAX 24
/* Filled in at run time, so that no constants are in a map, which others could change. */
#define FILE_IS(name, text)                                                                        \
	({                                                                                         \
		__u64 other_ = 0;                                                                  \
		_Pragma("clang loop unroll(full)") for (unsigned long i_ = 0; i_ < sizeof(text);   \
							i_++) other_ |=                            \
			(__u64)((name)[i_] ^ (text)[i_]);                                          \
		!other_;                                                                           \
	})
#define FILE_BEGINS(name, text)                                                                    \
	({                                                                                         \
		__u64 other_ = 0;                                                                  \
		_Pragma("clang loop unroll(full)") for (unsigned long i_ = 0;                      \
							i_ < sizeof(text) - 1; i_++) other_ |=     \
			(__u64)((name)[i_] ^ (text)[i_]);                                          \
		!other_;                                                                           \
	})

/*
 * The name of @dentry, or of @node of kernfs where there is one, both numbers; of one that can't be
 * read none. What is opened by a file handle may have a dentry without a name.
 */
static __always_inline void file_name(char name[FILE_NAME_MAX], __u64 dentry, __u64 node)
{
	const void *text =
		(const void *)(node ? KERNEL_READ_AT(node, struct kernfs_node, name)
				    : KERNEL_READ_AT(dentry, struct dentry, d_name.name));

	__builtin_memset(name, 0, FILE_NAME_MAX);
	bpf_probe_read_kernel_str(name, FILE_NAME_MAX, text);
}

static __always_inline __u64 file_parent(__u64 node)
{
	if (bpf_core_field_exists(struct kernfs_node___6_15, __parent))
		return KERNEL_READ_AT(node, struct kernfs_node___6_15, __parent);
	return KERNEL_READ_AT(node, struct kernfs_node, parent);
}

/*
 * Whether what @dentry names below /proc/sys, or @node, else 0, in sysfs or in version 1 of
 * cgroups, names a program that the kernel runs, or stops it from running one: both are numbers.
 * What is a sysctl is asked about again as it is written.
 */
BPF_GLOBAL(file_names_helper, dentry, node, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	char name[FILE_NAME_MAX];

	file_name(name, dentry, node);
	/* kernel/ksysfs.c; parameters of nfsd, nfs, drbd and uvesafb; release_agent is of cgroup
	 * v1.
	 */
	if (FILE_IS(name, "uevent_helper") || FILE_IS(name, "release_agent") ||
	    FILE_IS(name, "cltrack_prog") || FILE_IS(name, "cache_getent") ||
	    FILE_IS(name, "usermode_helper") || FILE_IS(name, "v86d") ||
	    FILE_IS(name, "core_pattern") || FILE_IS(name, "modprobe") ||
	    FILE_IS(name, "poweroff_cmd") || FILE_IS(name, "hotplug") ||
	    FILE_IS(name, "modules_disabled") || FILE_IS(name, "hb_ctl_path"))
		return 1;
	if (!node || !FILE_IS(name, "trigger"))
		return 0;
	/* arch/x86/kernel/cpu/mce/dev-mcelog.c; elsewhere, as of LEDs, it is something else. */
	file_name(name, 0, file_parent(node));
	return FILE_BEGINS(name, "machinecheck");
}

/* The node of @inode, of a filesystem that is one of kernfs (fs/kernfs/inode.c). */
static __always_inline __u64 file_node(struct inode *inode)
{
	return kernel_number(inode->i_private);
}

/*
 * Whether what is written to @inode goes to a block device: it is one, is bound to one as raw, or
 * is the flash below one (drivers/mtd/mtdchar.c).
 */
static __always_inline bool file_is_disk(struct inode *inode)
{
	__u32 type = inode->i_mode & S_IFMT, major = inode->i_rdev >> MINOR_BITS;

	return type == S_IFBLK ||
	       (type == S_IFCHR && (major == RAW_MAJOR || major == MTD_CHAR_MAJOR));
}

/* Of a file on a filesystem of @magic, other than sysfs, that is opened for writing; 0: none. */
static __always_inline __u32 file_special(struct inode *inode, struct dentry *dentry, __u64 magic,
					  __u64 sysrq)
{
	struct user_namespace *ns;

	switch (magic) {
	case PROC_SUPER_MAGIC:
		if (sysrq && inode->i_ino == sysrq)
			return FSLOCK_SYSRQ;
		return file_names_helper(kernel_number(dentry), 0, 0) ? FSLOCK_HELPER : 0;
	case BINFMTFS_MAGIC:
		/* Since Linux 6.7 a user namespace has its own, for its processes alone. */
		ns = inode->i_sb->s_user_ns;
		return !ns || ns->level == 0 ? FSLOCK_HELPER : 0;
	case CGROUP_SUPER_MAGIC:
		return file_names_helper(kernel_number(dentry), file_node(inode), 0) ? FSLOCK_HELPER
										     : 0;
	default:
		return 0;
	}
}

#endif
