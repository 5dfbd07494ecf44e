/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what is to be done would take away, or overrule, what is kept. Nothing here decides. */
#ifndef BPFLOCK_KEEP_BPF_H
#define BPFLOCK_KEEP_BPF_H

#include "pinlock.h"
#include "bpf/loader.bpf.h"
#include "bpf/mountpoint.bpf.h"
#include "bpf/read.bpf.h"
#include "bpf/targets.bpf.h"

/* include/uapi/linux/magic.h, include/linux/mount.h, include/linux/fs.h, fs/pnode.h */
#define BPF_FS_MAGIC 0xcafe4a11
#define MNT_SHARED 0x1000
#define T_SHARED 1
#define MS_MOVE 8192

/* Who is deeper in a BPF file system is taken to be kept. */
#define KEEP_DEPTH 16
#define KEEP_NAME_MAX 64
/* As many mounts on one are looked at; what the pins lie on is among the first that a boot makes.
 */
#define KEEP_CHILDREN_MAX 128
/* As many mounts between one and where it lies are looked through. */
#define KEEP_BETWEEN_MAX 4

const volatile struct pinlock_frozen frozen;

_Static_assert(!(GUARD_COVERED_MAX & (GUARD_COVERED_MAX - 1)), "a mask does for the index");

/*
 * The mount of @place on the way to the pins, counted from 1. By its index: the verifier would walk
 * all that follows for each that a loop finds.
 */
static __always_inline const volatile struct guard_mount *keep_at(__u64 place)
{
	__u64 i = place - 1;

	barrier_var(i); /* else the mask is left out where the compiler knows the place */
	return &frozen.mounts[i & (GUARD_COVERED_MAX - 1)];
}

/* Whether a file of @dir can be a pin. */
static __always_inline bool keep_may(const struct inode *dir)
{
	return dir->i_sb->s_magic == BPF_FS_MAGIC;
}

/*
 * Whether the folder of @dentry is of pins on their way in or out, which stand beside those that
 * count (common/pins/pinset.c): no program's name has a hyphen.
 */
static __noinline int keep_is_beside(__u64 dentry)
{
	char name[KEEP_NAME_MAX] = "";

	bpf_probe_read_kernel_str(name, sizeof(name),
				  (const void *)KERNEL_READ_AT(dentry, struct dentry, d_name.name));
	for (int i = 0; i < KEEP_NAME_MAX; i++)
		if (name[i] == '-')
			return 1;
	return 0;
}

/* Whether @inode, of the suite's file system, is a folder of others that is kept; @itself: or one
 * that such a one is in. */
static __always_inline bool keep_is_folder(__u64 inode, bool itself)
{
	for (int i = 0; i < PINLOCK_FOLDERS_MAX && frozen.folders.whole[i]; i++)
		if (frozen.folders.whole[i] == inode)
			return true;
	for (int i = 0; i < PINLOCK_FOLDERS_MAX && frozen.folders.above[i]; i++)
		if (itself && frozen.folders.above[i] == inode)
			return true;
	return false;
}

/* Whether @dentry is a pin that is kept, or a folder of such. */
BPF_GLOBAL(keep_pin, dentry, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 below = 0, parent, inode, sb;

	/* A name that nothing has is not taken away. */
	if (!KERNEL_READ_AT(dentry, struct dentry, d_inode))
		return 0;
	for (int i = 0; i < KEEP_DEPTH; i++) {
		inode = KERNEL_READ_AT(dentry, struct dentry, d_inode);
		sb = KERNEL_READ_AT(inode, struct inode, i_sb);
		if (KERNEL_READ_AT(sb, struct super_block, s_dev) == frozen.pins.device) {
			inode = KERNEL_READ_AT(inode, struct inode, i_ino);
			if (inode == frozen.pins.inode)
				return !below || !keep_is_beside(below);
			if (keep_is_folder(inode, !below))
				return 1;
		}
		parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;
		below = dentry;
		dentry = parent;
	}
	return 1;
}

/* The mount that @mnt, a struct vfsmount, is of. */
static __always_inline __u64 keep_mount(__u64 mnt)
{
	return mnt - bpf_core_field_offset(struct mount, mnt);
}

/* The place of a mount on the way to the pins, counted from 1, by what it is the root of; else 0.
 */
static __always_inline __u32 keep_place(__u64 inode, __u64 device)
{
	for (int i = 0; i < GUARD_COVERED_MAX && frozen.mounts[i].root.inode; i++)
		if (frozen.mounts[i].root.inode == inode && frozen.mounts[i].root.device == device)
			return i + 1;
	return 0;
}

static __always_inline __u64 keep_inode(__u64 dentry)
{
	__u64 inode = KERNEL_READ_AT(dentry, struct dentry, d_inode);

	return KERNEL_READ_AT(inode, struct inode, i_ino);
}

static __always_inline __u64 keep_device(__u64 mount)
{
	__u64 sb = KERNEL_READ_AT(mount, struct mount, mnt.mnt_sb);

	return KERNEL_READ_AT(sb, struct super_block, s_dev);
}

/* The device of the filesystem that @dentry is in. */
static __always_inline __u64 keep_lies_on(__u64 dentry)
{
	__u64 inode = KERNEL_READ_AT(dentry, struct dentry, d_inode);
	__u64 sb = KERNEL_READ_AT(inode, struct inode, i_sb);

	return KERNEL_READ_AT(sb, struct super_block, s_dev);
}

/* Whether @mount has as its root @inode of @device: a function of its own, which a loop calls. */
BPF_GLOBAL(keep_has_root, mount, inode, device)
{
	return keep_inode(KERNEL_READ_AT(mount, struct mount, mnt.mnt_root)) == inode &&
	       keep_device(mount) == device;
}

enum keep_step {
	KEEP_BETWEEN,
	KEEP_LIES,
	KEEP_ELSEWHERE,
};

/*
 * Whether @mount lies where that of @place does, or between. A function of its own, which a loop
 * calls.
 */
BPF_GLOBAL(keep_step, mount, place, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	const volatile struct guard_mount *is = keep_at(place);
	__u64 device = place < GUARD_COVERED_MAX ? keep_at(place + 1)->root.device : 0;
	__u64 dentry = KERNEL_READ_AT(mount, struct mount, mnt_mountpoint);
	__u64 parent = KERNEL_READ_AT(mount, struct mount, mnt_parent);
	/* On all of what its parent mounts. */
	bool covers = KERNEL_READ_AT(parent, struct mount, mnt.mnt_root) == dentry;

	/* By the number alone a folder of another filesystem would be it. */
	if ((is->point ? keep_inode(dentry) == is->point : covers) &&
	    (!device || keep_lies_on(dentry) == device))
		return KEEP_LIES;
	/* The last may be on a namespace's first, which nothing is below. */
	if (!is->point && !device && KERNEL_READ_AT(parent, struct mount, mnt_parent) == parent)
		return KEEP_LIES;
	return !covers || parent == mount || keep_has_root(parent, is->root.inode, is->root.device)
		       ? KEEP_ELSEWHERE
		       : KEEP_BETWEEN;
}

/*
 * Whether @mount lies where that of @place does, in whichever namespace: a bind mount of the same
 * elsewhere is another. What is mounted there by another mount of what it lies on comes between
 * (fs/pnode.c: propagate_mnt), and is looked through, but not the same once more: that is over it.
 */
static __always_inline bool keep_lies(__u64 mount, __u32 place)
{
	for (int i = 0; i < KEEP_BETWEEN_MAX; i++) {
		__u64 step = keep_step(mount, place, 0);

		if (step)
			return step == KEEP_LIES;
		mount = KERNEL_READ_AT(mount, struct mount, mnt_parent);
	}
	return true;
}

static __always_inline bool keep_shared(__u64 mount)
{
	if (bpf_core_field_exists(struct mount___6_17, mnt_t_flags))
		return KERNEL_READ_AT(mount, struct mount___6_17, mnt_t_flags) & T_SHARED;
	return KERNEL_READ_AT(mount, struct mount, mnt.mnt_flags) & MNT_SHARED;
}

static __always_inline bool keep_of_host(__u64 mount)
{
	__u64 namespace = KERNEL_READ_AT(mount, struct mount, mnt_ns);

	return KERNEL_READ_AT(namespace, struct mnt_namespace, ns.inum) == frozen.namespace;
}

/*
 * Whether anything goes elsewhere too when @mount goes, which came between on @parent: it itself,
 * or what lies on it, where what these lie on shares that with others.
 */
BPF_GLOBAL(keep_between, mount, parent, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	if (keep_shared(parent))
		return 1;
	for (int i = 0; i < KEEP_BETWEEN_MAX; i++) {
		__u64 head = mount + bpf_core_field_offset(struct mount, mnt_mounts);
		__u64 node = KERNEL_READ_AT(head, struct list_head, next);

		if (!node || node == head)
			return 0;
		if (keep_shared(mount) || KERNEL_READ_AT(node, struct list_head, next) != head)
			return 1;
		mount = node - bpf_core_field_offset(struct mount, mnt_child);
	}
	return 1;
}

/*
 * The mount of @place on @mount: 0 where there is none, 1 where there are too many to tell, or
 * where something else came between (keep_lies) and goes elsewhere too.
 */
BPF_GLOBAL(keep_child, mount, place, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	const volatile struct guard_mount *is = keep_at(place);
	__u64 head = mount + bpf_core_field_offset(struct mount, mnt_mounts), child;
	__u64 node = KERNEL_READ_AT(head, struct list_head, next), point = is->point;

	for (int i = 0; i < KEEP_CHILDREN_MAX; i++) {
		if (!node || node == head)
			return 0;
		child = node - bpf_core_field_offset(struct mount, mnt_child);
		if (keep_has_root(child, is->root.inode, is->root.device))
			return child;
		if (point &&
		    keep_inode(KERNEL_READ_AT(child, struct mount, mnt_mountpoint)) == point &&
		    keep_between(child, mount, 0))
			return 1;
		node = KERNEL_READ_AT(node, struct list_head, next);
	}
	return 1;
}

/*
 * Whether that @mount, which is as that of @place, goes is felt by the host: it is the host's, or
 * one that it is below, or that is below it, goes in all namespaces and places that share what that
 * lies on (fs/pnode.c: propagate_umount). A container's runtime lets go of a copy of all mounts,
 * which is none of that.
 */
BPF_GLOBAL(keep_felt, mount, place, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	if (keep_lies(mount, place) &&
	    (keep_of_host(mount) || keep_shared(KERNEL_READ_AT(mount, struct mount, mnt_parent))))
		return 1;
	for (int i = 0; i < GUARD_COVERED_MAX && place > 1; i++) {
		__u64 child = keep_child(mount, place - 1, 0);

		if (child <= 1 || keep_shared(mount))
			return child != 0;
		mount = child;
		place--;
	}
	return 0;
}

BPF_GLOBAL(keep_mounted_there, mnt, device, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 root = KERNEL_READ_AT(mnt, struct vfsmount, mnt_root);
	__u32 place = keep_place(keep_inode(root), device);

	return place && keep_felt(keep_mount(mnt), place, 0);
}

/*
 * Whether to take @mnt, a struct vfsmount, away, or to cover it, takes the pins away: of most the
 * device tells.
 */
static __always_inline bool keep_mounted(__u64 mnt)
{
	__u64 device = keep_device(keep_mount(mnt));

	for (int i = 0; i < GUARD_COVERED_MAX && frozen.mounts[i].root.inode; i++)
		if (frozen.mounts[i].root.device == device)
			return keep_mounted_there(mnt, device, 0);
	return false;
}

/* Whether one on the way to the pins lies on @dentry, of what that is known. */
BPF_GLOBAL(keep_is_point, dentry, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 point = keep_inode(dentry), device = keep_lies_on(dentry);

	for (int i = 0; i + 1 < GUARD_COVERED_MAX && frozen.mounts[i + 1].root.inode; i++)
		if (frozen.mounts[i].point == point && frozen.mounts[i + 1].root.device == device)
			return 1;
	return 0;
}

/*
 * Whether @mnt, whatever it is of, lies where one on the way to the pins does, on a mount that
 * shares what is there with others: in all of these what lies there goes with it, which need not be
 * the same (fs/pnode.c: propagate_umount).
 */
static __noinline int keep_takes_along(__u64 mnt)
{
	__u64 mount = keep_mount(mnt);

	return keep_is_point(KERNEL_READ_AT(mount, struct mount, mnt_mountpoint), 0, 0) &&
	       keep_shared(KERNEL_READ_AT(mount, struct mount, mnt_parent));
}

/* Whether umount(2) of @mnt takes the pins away. */
static __always_inline bool keep_unmounted(__u64 mnt)
{
	return keep_mounted(mnt) || keep_takes_along(mnt);
}

/*
 * Whether moving @mnt takes the pins away. What is mounted nowhere yet, as open_tree(2) clones it,
 * lies on nothing and is none of the host's (fs/namespace.c: do_move_mount).
 */
static __always_inline bool keep_moved(__u64 mnt)
{
	__u64 mount;

	if (!keep_mounted(mnt))
		return false;
	mount = keep_mount(mnt);
	return KERNEL_READ_AT(mount, struct mount, mnt_parent) != mount;
}

/* Of a struct path. */
#define KEEP_MNT(at) KERNEL_READ_AT(at, struct path, mnt)
#define KEEP_DENTRY(at) KERNEL_READ_AT(at, struct path, dentry)

/* Whether mounting something on @path, a struct path, covers a mount on the way to the pins. */
static __always_inline bool keep_covered(__u64 path)
{
	__u64 mnt = KEEP_MNT(path);

	return KEEP_DENTRY(path) == KERNEL_READ_AT(mnt, struct vfsmount, mnt_root) &&
	       keep_mounted(mnt);
}

/* Whether @mnt is mounted on the host. */
static __always_inline bool keep_is_of_host(__u64 mnt)
{
	return keep_of_host(keep_mount(mnt));
}

/*
 * Whether descriptor @fd of the current process may be a link that can be detached or told to run
 * another program, of those that the suite has: of a cgroup, or an iterator; or of any kind, where
 * those of others are kept too, for a link does not tell where it is pinned. Where others share the
 * table of descriptors it may be any, by the time that the kernel looks.
 */
static __noinline int keep_link(__u32 fd)
{
	struct task_struct *task = kernel_current();
	__u64 files = kernel_number(KERNEL_READ(task, files));
	__u64 table = KERNEL_READ_AT(files, struct files_struct, fdt), file = 0, type;

	if (frozen.folders.whole[0] ||
	    KERNEL_READ_AT(files, struct files_struct, count.counter) != 1)
		return 1;
	if (fd >= KERNEL_READ_AT(table, struct fdtable, max_fds))
		return 0;
	bpf_probe_read_kernel(
		&file, sizeof(file),
		(const void *)(KERNEL_READ_AT(table, struct fdtable, fd) + fd * sizeof(file)));
	file = KERNEL_READ_AT(file, struct file, private_data);
	type = KERNEL_READ_AT(file, struct bpf_link, type);
	return type == BPF_LINK_TYPE_CGROUP || type == BPF_LINK_TYPE_ITER;
}

/* Whether a program of @type that is loaded can answer for a function of the suite. */
BPF_GLOBAL(keep_answers, type, attach, id)
{
	if (frozen.adds && type == BPF_PROG_TYPE_LSM && attach == BPF_LSM_MAC)
		return 0;
	return targets_answered(&frozen.targets, type, attach, id);
}

/* Those of a cgroup that a later one can overrule (bpf_set_retval(), Linux 5.18; LSM hooks 6.0). */
static __always_inline bool keep_attach(__u32 attach)
{
	return attach == BPF_CGROUP_SYSCTL || attach == BPF_LSM_CGROUP;
}

/* Whether bpf(2) @command detaches, replaces or overrules what is attached. */
static __always_inline bool keep_overruled(int command, union bpf_attr *attr)
{
	switch (command) {
	case BPF_PROG_LOAD:
		return keep_answers(KERNEL_READ(attr, prog_type),
				    KERNEL_READ(attr, expected_attach_type),
				    KERNEL_READ(attr, attach_btf_id));
	case BPF_PROG_ATTACH:
	case BPF_PROG_DETACH:
		return keep_attach(KERNEL_READ(attr, attach_type));
	case BPF_LINK_CREATE:
		return keep_attach(KERNEL_READ(attr, link_create.attach_type));
	case BPF_LINK_DETACH:
		return keep_link(KERNEL_READ(attr, link_detach.link_fd));
	case BPF_LINK_UPDATE:
		return keep_link(KERNEL_READ(attr, link_update.link_fd));
	default:
		return false;
	}
}

#endif
