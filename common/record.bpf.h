/* SPDX-License-Identifier: GPL-2.0-only */
/* What was decided, counted after the verdict; a failure here changes no verdict. */
#ifndef BPFLOCK_RECORD_BPF_H
#define BPFLOCK_RECORD_BPF_H

#include "kernel.bpf.h"
#include "policy.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OPERATIONS_MAX *VERDICTS_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void record(__u32 op, enum policy_verdict verdict)
{
	__u32 key = op * VERDICTS_MAX + verdict;
	__u64 *count = bpf_map_lookup_elem(&counters, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
}

#endif
