/* SPDX-License-Identifier: GPL-2.0-only */
/* Which BPF programs can answer for a function that the suite attaches to. */
#ifndef BPFLOCK_TARGETS_BPF_H
#define BPFLOCK_TARGETS_BPF_H

#include "abi/targets.h"
#include "bpf/kernel.bpf.h"

/*
 * Whether one of @type, attached as @attach to function @id, can answer for one of @targets. The
 * ids are the kernel's own BTF's: a module's come after them, and in another program's the kernel
 * lets nothing change a result. fentry and fexit can't either, all other types are taken to.
 */
static __always_inline bool targets_answered(const volatile struct targets *targets, __u64 type,
					     __u64 attach, __u64 id)
{
	if (!id || (type == BPF_PROG_TYPE_TRACING &&
		    (attach == BPF_TRACE_FENTRY || attach == BPF_TRACE_FEXIT)))
		return false;
	for (int i = 0; i < TARGETS_MAX; i++)
		if (targets->id[i] == id)
			return true;
	return false;
}

#endif
