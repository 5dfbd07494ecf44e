/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is the calling process in a trusted unit of systemd: by the names of its cgroups, from the root
 * of the hierarchy down.
 *
 * A unit's cgroup is in slices alone, and a slice in the one that its name begins with, or in the
 * root (systemd, src/basic/unit-name.c: slice_build_parent_slice). What is below a service or a
 * scope may belong to a container, which can name it like a unit: such a name is no unit's. No
 * cgroup of version 2 can be renamed (kernel/cgroup/cgroup.c: cgroup_kf_syscall_ops).
 *
 * Where no unit is trusted each function here ends at its first line, for the verifier too.
 */
#ifndef BPFLOCK_UNIT_BPF_H
#define BPFLOCK_UNIT_BPF_H

#include "abi/policy.h"
#include "bpf/read.bpf.h"
#include "bpf/record.bpf.h"

/* Nested deeper than this no cgroup is trusted for its ancestor's sake. */
#define TRUST_CGROUP_DEPTH 64

/* The names of their cgroups, filled up with zeros, frozen by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__uint(key_size, UNIT_NAME_MAX);
	__type(value, __u32);
} trusted_units SEC(".maps");

/* Which they are, for whoever reads the pin: their names, in no order. */
SEC("iter/bpf_map_elem")
int read_units(struct bpf_iter__bpf_map_elem *ctx)
{
	void *key = ctx->key;

	if (key)
		bpf_seq_write(ctx->meta->seq, key, UNIT_NAME_MAX);
	return 0;
}

static __always_inline __u8 unit_byte(__u64 name, __u32 i)
{
	__u8 byte = 0;

	bpf_probe_read_kernel(&byte, sizeof(byte), (const void *)(name + i));
	return byte;
}

/* Whether @name is a trusted unit's. */
BPF_GLOBAL(unit_is_trusted, name, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	char key[UNIT_NAME_MAX];

	if (!state.policy.units)
		return 0;
	__builtin_memset(key, 0, sizeof(key));
	if (bpf_probe_read_kernel_str(key, sizeof(key), (const void *)name) <= 0)
		return 0;
	return bpf_map_lookup_elem(&trusted_units, key) != NULL;
}

/* The last bytes of a slice's name, as a number. */
#define UNIT_SLICE 0x2e736c696365 /* ".slice" */
#define UNIT_SLICE_LENGTH 6
#define UNIT_SLICE_MASK 0xffffffffffff

#define UNIT_STEM(slice) ((slice)&0xff)
#define UNIT_DASH(slice) ((slice) >> 8)

/*
 * 0 where @name is no slice's; else how long it is without ".slice", and in the next byte the place
 * of its last dash, counted from 1, 0 for none.
 */
BPF_GLOBAL(unit_slice, name, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 tail = 0, dash = 0, length = 0, is_dash;

	if (!state.policy.units)
		return 0;
	for (__u32 i = 0; i < UNIT_NAME_MAX; i++) {
		__u8 byte = unit_byte(name, i);

		if (!byte)
			break;
		tail = tail << 8 | byte;
		length++;
		/* Not a branch, of which the verifier would walk each way 256 times over. */
		is_dash = ((__u64)(byte ^ '-') - 1) >> 63;
		barrier_var(is_dash);
		dash += (length - dash) * is_dash;
	}
	if ((tail & UNIT_SLICE_MASK) != UNIT_SLICE || length <= UNIT_SLICE_LENGTH ||
	    length >= UNIT_NAME_MAX)
		return 0;
	length -= UNIT_SLICE_LENGTH;
	return dash == length ? 0 : dash << 8 | length;
}

/* Whether the first @count bytes of two names are the same. */
BPF_GLOBAL(unit_same, name, other, count)
{
	if (!state.policy.units)
		return 0;
	for (__u32 i = 0; i < UNIT_NAME_MAX; i++) {
		if (i >= count)
			return 1;
		if (unit_byte(name, i) != unit_byte(other, i))
			break;
	}
	return 0;
}

/* Whether systemd makes a cgroup of this @name in the one named @parent; 0: in the root. */
static __always_inline bool unit_belongs(__u64 name, __u64 parent)
{
	__u64 slice = unit_slice(name, 0, 0), above = parent ? unit_slice(parent, 0, 0) : 0;

	if (parent && !above)
		return false;
	if (!slice)
		return true;
	if (!parent)
		return !UNIT_DASH(slice);
	return UNIT_DASH(slice) == UNIT_STEM(above) + 1 &&
	       unit_same(name, parent, UNIT_STEM(above));
}

static __always_inline __u64 unit_name(__u64 cgroup)
{
	__u64 node = KERNEL_READ_AT(cgroup, struct cgroup, kn);

	return KERNEL_READ_AT(node, struct kernfs_node, name);
}

/* Whether @task, a number, is in a trusted unit, or in a cgroup below its. */
BPF_GLOBAL(unit_task, task, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	__u64 cgroup, name;
	bool trusted = false;
	int level;

	if (!state.policy.units)
		return 0;
	cgroup = KERNEL_READ_AT(task, struct task_struct, cgroups);
	cgroup = KERNEL_READ_AT(cgroup, struct css_set, dfl_cgrp);
	level = (int)KERNEL_READ_AT(cgroup, struct cgroup, level);
	name = unit_name(cgroup);
	/* Up to the root, whose level is 0, and whose name is none. */
	for (int i = 0; i < TRUST_CGROUP_DEPTH; i++) {
		__u64 above = 0;

		if (level <= 0)
			return trusted;
		if (!name)
			return 0;
		cgroup = KERNEL_READ_AT(cgroup, struct cgroup, self.parent);
		cgroup = KERNEL_READ_AT(cgroup, struct cgroup_subsys_state, cgroup);
		if (--level > 0)
			above = unit_name(cgroup);
		if (!trusted)
			trusted = unit_is_trusted(name, 0, 0);
		if (trusted)
			trusted = (level == 0 || above) && unit_belongs(name, above);
		name = above;
	}
	return level <= 0 && trusted;
}

#endif
