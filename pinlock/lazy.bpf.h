/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a lazy umount(2) takes the pins away by what lies below. Nothing here decides.
 *
 * The loops, and what is between, have no branches: where BTF can't be loaded all of this is one
 * function, of which the verifier would walk each way through all loops.
 */
#ifndef BPFLOCK_LAZY_BPF_H
#define BPFLOCK_LAZY_BPF_H

#include "keep.bpf.h"

#define MNT_DETACH 2 /* include/linux/fs.h */

/* As many mounts are on the way down to the pins, with what came between, and as many are looked at
 * on each: what the pins lie on is among the first that a boot makes. */
#define LAZY_DOWN_MAX 8
#define LAZY_DOWN_CHILDREN_MAX 48
/* As many that share what lies on them are looked at, as deep, and as much that lies on one: more
 * is taken to be what is looked for. */
#define LAZY_PEERS_MAX 48
#define LAZY_DEPTH 16
#define LAZY_CHILDREN_MAX 24

/* All bits where @a is @b, else none. */
static __always_inline __u64 lazy_same(__u64 a, __u64 b)
{
	__u64 differs = a ^ b;

	barrier_var(differs);
	differs |= -differs;
	barrier_var(differs);
	differs >>= 63;
	barrier_var(differs);
	return differs - 1;
}

/* @a where @mask has all bits, @b where it has none. */
static __always_inline __u64 lazy_select(__u64 mask, __u64 a, __u64 b)
{
	return (a & mask) | (b & ~mask);
}

/* What is next to @of in a list, as the @field of a struct mount. */
#define LAZY_NEXT(of, field)                                                                       \
	(KERNEL_READ_AT(of, struct mount, field.next) - bpf_core_field_offset(struct mount, field))

static __always_inline __u64 lazy_first(__u64 mount)
{
	return KERNEL_READ_AT(mount, struct mount, mnt_mounts.next) -
	       bpf_core_field_offset(struct mount, mnt_child);
}

/* What is next to the last, and before the first. */
static __always_inline __u64 lazy_end(__u64 mount)
{
	return mount + bpf_core_field_offset(struct mount, mnt_mounts) -
	       bpf_core_field_offset(struct mount, mnt_child);
}

/* The place of @mount on the way to the pins, as keep_place(). */
BPF_GLOBAL(lazy_place, mount, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 inode = keep_inode(KERNEL_READ_AT(mount, struct mount, mnt.mnt_root));
	__u64 device = keep_device(mount), place = 0;

	for (__u64 i = 0; i < GUARD_COVERED_MAX; i++)
		place |= (i + 1) & lazy_same(frozen.mounts[i].root.inode, inode) &
			 lazy_same(frozen.mounts[i].root.device, device) &
			 ~lazy_same(frozen.mounts[i].root.inode, 0);
	return place;
}

/*
 * What is mounted on @mount where the mount of @place lies, or, where @between has all bits, on its
 * root: 0 for none.
 */
BPF_GLOBAL(lazy_down, mount, place, between)
{
	__u64 child = lazy_first(mount), end = lazy_end(mount), point = 0, device = 0;
	__u64 root = KERNEL_READ_AT(mount, struct mount, mnt.mnt_root), on_root, found = 0,
	      right = 0;

	for (__u64 i = 0; i < GUARD_COVERED_MAX; i++) {
		__u64 mask = lazy_same(i + 1, place);

		point |= frozen.mounts[i].point & mask;
		device |= frozen.mounts[i].root.device & mask;
	}
	on_root = between | lazy_same(point, 0);
	for (__u64 i = 0; i < LAZY_DOWN_CHILDREN_MAX; i++) {
		__u64 dentry = KERNEL_READ_AT(child, struct mount, mnt_mountpoint);
		__u64 lies = lazy_select(on_root, lazy_same(dentry, root),
					 lazy_same(keep_inode(dentry), point)) &
			     ~lazy_same(child, end) & ~lazy_same(dentry, 0);

		found = lazy_select(lies, child, found);
		/* By the number alone it can be another, of another subvolume of btrfs. */
		right = lazy_select(lies & lazy_same(keep_device(child), device), child, right);
		child = LAZY_NEXT(child, mnt_child);
	}
	return lazy_select(lazy_same(right, 0), found, right);
}

/* The mount namespace of @task where that is the host's, else 0. */
static __always_inline __u64 lazy_host_of(__u64 task)
{
	__u64 nsproxy = KERNEL_READ_AT(task, struct task_struct, nsproxy);
	__u64 namespace = KERNEL_READ_AT(nsproxy, struct nsproxy, mnt_ns);

	return namespace & lazy_same(KERNEL_READ_AT(namespace, struct mnt_namespace, ns.inum),
				     frozen.namespace);
}

/*
 * The host's mount namespace: PID 1 is in it, and so is the task of the kernel that started PID 1,
 * which nobody has go elsewhere. 0 where neither is.
 */
static __noinline __u64 lazy_host(void)
{
	struct task_struct *task = kernel_current();
	__u64 number = kernel_number(KERNEL_READ(task, thread_pid)), of_first;

	number = KERNEL_READ_AT(number, struct pid, numbers[0].ns);
	number = KERNEL_READ_AT(number, struct pid_namespace, child_reaper);
	of_first = lazy_host_of(number);
	number = lazy_host_of(KERNEL_READ_AT(number, struct task_struct, real_parent));
	return lazy_select(lazy_same(of_first, 0), number, of_first);
}

/*
 * The mount of the pins, as the host has it: down from the first of its namespace, by whatever came
 * between. 0 where it is not found, 1 where it may be further down than is looked.
 */
static __noinline __u64 lazy_pins(void)
{
	__u64 number = lazy_host(), place = 0, between = 0, pins = 0;

	if (!number)
		return 0;
	number = KERNEL_READ_AT(number, struct mnt_namespace, root);
	for (__u64 i = 0; i < GUARD_COVERED_MAX; i++)
		place += 1 & ~lazy_same(frozen.mounts[i].root.inode, 0);
	for (__u64 i = 0; i < LAZY_DOWN_MAX; i++) {
		__u64 at = lazy_place(number, 0, 0), is_right = place - at;

		pins = lazy_select(lazy_same(at, 1), number, pins);
		/* What it was on may be gone, and the first of all is not among them. */
		barrier_var(is_right);
		is_right >>= 63;
		barrier_var(is_right);
		is_right = (is_right - 1) & ~lazy_same(at, 0);
		place = lazy_select(is_right, at - 1, place);
		between = i ? ~is_right : 0;
		number = lazy_down(number, place, between);
	}
	return pins | (1 & lazy_same(pins, 0) & ~lazy_same(number, 0));
}

/* Whether @mount is below @top, or is it. */
BPF_GLOBAL(lazy_is_below, mount, top, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 found = lazy_same(mount, top), parent = mount;

	for (__u64 i = 0; i < LAZY_DEPTH; i++) {
		mount = parent;
		parent = KERNEL_READ_AT(mount, struct mount, mnt_parent);
		found |= lazy_same(parent, top);
	}
	return found | ~lazy_same(mount, parent);
}

/* Whether anything is mounted on @mount at @dentry. */
BPF_GLOBAL(lazy_has, mount, dentry, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	__u64 child = lazy_first(mount), end = lazy_end(mount), found = 0, ended = 0;

	for (__u64 i = 0; i < LAZY_CHILDREN_MAX; i++) {
		ended |= lazy_same(child, end);
		found |= lazy_same(KERNEL_READ_AT(child, struct mount, mnt_mountpoint), dentry) &
			 ~ended;
		child = LAZY_NEXT(child, mnt_child);
	}
	return found | ~ended;
}

/*
 * Whether the pins' mount goes when @mnt goes with all that is below. It does where that has
 * something mounted in the same place of a mount that shares what lies on it with the one that the
 * pins' mount lies on, or that this one follows (fs/pnode.c: propagation_next).
 */
static __noinline int lazy_takes(__u64 mnt)
{
	__u64 top = keep_mount(mnt), pins, first, mount, point, taken = 0;

	if (lazy_first(top) == lazy_end(top))
		return 0;
	pins = lazy_pins();
	if (pins <= 1)
		return pins;
	point = KERNEL_READ_AT(pins, struct mount, mnt_mountpoint);
	first = mount = KERNEL_READ_AT(pins, struct mount, mnt_parent);
	for (__u64 i = 0; i < LAZY_PEERS_MAX; i++) {
		__u64 next = LAZY_NEXT(mount, mnt_share), around = lazy_same(next, first);

		taken |= lazy_is_below(mount, top, 0) & lazy_has(mount, point, 0);
		first = lazy_select(around, KERNEL_READ_AT(mount, struct mount, mnt_master), first);
		if (!first)
			return taken != 0;
		mount = lazy_select(around, first, next);
	}
	return 1;
}

/* Only a lazy one takes what something is mounted on (fs/namespace.c: do_umount). */
static __always_inline bool lazy_unmounted(__u64 mnt, int flags)
{
	return flags & MNT_DETACH && lazy_takes(mnt);
}

#endif
