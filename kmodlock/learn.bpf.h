/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked for and loaded, and by whom, kept for a list to be made of it. Nothing here
 * decides. */
#ifndef BPFLOCK_LEARN_BPF_H
#define BPFLOCK_LEARN_BPF_H

#include "bpf/policy.bpf.h"
#include "kmodlock.h"

/*
 * A name is kept where there is room and stays: what is learnt is not pushed out. Who is not
 * trusted, or may not load modules, has a table of his own to fill. The loader makes them this
 * large where it is to be learnt.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, KMODLOCK_LEARNT_MAX);
	__type(key, struct kmodlock_learnt_key);
	__type(value, struct kmodlock_learnt);
} learnt SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, KMODLOCK_LEARNT_OTHERS_MAX);
	__type(key, struct kmodlock_learnt_key);
	__type(value, struct kmodlock_learnt);
} learnt_others SEC(".maps");

static __always_inline void learn_in(void *map, const struct kmodlock_learnt_key *key)
{
	struct kmodlock_learnt *found = bpf_map_lookup_elem(map, key);
	struct kmodlock_learnt new;
	struct task_struct *parent;

	if (found) {
		RECORD_ADD(&found->count);
		return;
	}
	__builtin_memset(&new, 0, sizeof(new));
	new.first = bpf_ktime_get_boot_ns();
	new.count = 1;
	new.uid = (__u32)bpf_get_current_uid_gid();
	bpf_get_current_comm(new.comm, sizeof(new.comm));
	parent = KERNEL_READ(kernel_current(), real_parent);
	if (parent)
		KERNEL_READ_COMM(KERNEL_FOLLOWS_TASK, new.pcomm, parent);
	bpf_map_update_elem(map, key, &new, BPF_NOEXIST);
}

/* Of who is @trusted; @able: he might load modules by himself. */
static __noinline int learn(__u64 name, __u32 kind, bool trusted, bool able)
{
	struct kmodlock_learnt_key key;

	__builtin_memset(&key, 0, sizeof(key));
	key.kind = kind;
	bpf_probe_read_kernel_str(key.name, sizeof(key.name), (const void *)name);
	if (trusted && able)
		learn_in(&learnt, &key);
	else
		learn_in(&learnt_others, &key);
	return 0;
}

/* What is in either, for whoever reads the pin. */
SEC("iter/bpf_map_elem")
int read_learnt(struct bpf_iter__bpf_map_elem *ctx)
{
	void *key = ctx->key, *value = ctx->value;

	if (!key || !value)
		return 0;
	bpf_seq_write(ctx->meta->seq, key, sizeof(struct kmodlock_learnt_key));
	bpf_seq_write(ctx->meta->seq, value, sizeof(struct kmodlock_learnt));
	return 0;
}

#endif
