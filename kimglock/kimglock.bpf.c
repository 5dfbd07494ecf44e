// SPDX-License-Identifier: GPL-2.0-only
/*
 * kimglock: the running kernel image.
 *
 * Threat: a process that has capabilities but is not of the host writes kernel
 * memory, or has the kernel load code, through one of the doors that the
 * kernel's lockdown knows, or loads type information that later BPF trusts.
 *
 * Hooks: locked_down, called at each of those doors (security/security.c:
 * lockdown_reasons), bpf for BPF_BTF_LOAD, and bpf_prog for a BPF program that writes registers
 * instead of memory.
 *
 * Invariants: what decides is frozen; the verdict comes before its record; an
 * integrity reason that this source does not know falls under the profile.
 */
#include "kimglock.h"
#include "bpf/caller.bpf.h"

static __always_inline bool is_bpf_write_user(__u32 what)
{
	return bpf_core_enum_value_exists(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER) &&
	       what == bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER);
}

SEC("lsm/locked_down")
int BPF_PROG(locked_down, __u32 what)
{
	if (is_bpf_write_user(what))
		return caller_decide(what);
	return policy_decide_lockdown(what, POLICY_NO_SOURCE);
}

/* What writes the registers of a process needs to write none of its memory. */
SEC("lsm/bpf_prog")
int BPF_PROG(bpf_prog, struct bpf_prog *prog)
{
	if (!bpf_core_enum_value_exists(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER) ||
	    !policy_writes_registers(prog))
		return 0;
	return caller_decide(bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER));
}

SEC("lsm/bpf")
int BPF_PROG(bpf, int cmd)
{
	if (cmd != BPF_BTF_LOAD)
		return 0;
	return caller_decide(KIMGLOCK_BTF_LOAD);
}

char _license[] SEC("license") = "GPL";
