// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpfrestrict: the bpf(2) system call, per command, and bpf_probe_write_user().
 *
 * Threat: a process that has capabilities but is not of the host reads or
 * changes others' maps and programs, has code run in the kernel, writes the
 * memory of other processes, or attaches a program that turns the denials of
 * this suite into permissions.
 *
 * Hooks: bpf, before every command (kernel/bpf/syscall.c: __sys_bpf), also
 * those that a BPF program issues; locked_down, asked when a program that calls
 * bpf_probe_write_user() is loaded (kernel/trace/bpf_trace.c); bpf_prog, when one is loaded that
 * writes registers.
 *
 * Invariants: what decides is frozen; the verdict comes before its record; a
 * command that has no name falls under the profile; the loader, which has to
 * pin what would deny it that, is known by what no other process has or gets.
 */
#include "bpfrestrict.h"
#include "bpf/caller.bpf.h"
#include "bpf/loader.bpf.h"
#include "bpf/targets.bpf.h"

const volatile struct bpfrestrict_frozen frozen;

/* What the loader needs between being attached and being pinned, and no more. */
static __always_inline bool finishes(__u32 command)
{
	switch (command) {
	case BPF_RAW_TRACEPOINT_OPEN: /* libbpf's other way to attach */
	case BPF_LINK_CREATE:
	case BPF_ITER_CREATE:
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET: /* these four: waiting for what was replaced to be gone */
	case BPF_OBJ_GET_INFO_BY_FD:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_LINK_GET_FD_BY_ID:
		return true;
	default:
		return false;
	}
}

/* Whether such a program is loaded: a function of its own, verified once. */
BPF_GLOBAL(tampers, type, attach, id)
{
	return targets_answered(&frozen.targets, type, attach, id);
}

SEC("lsm/locked_down")
int BPF_PROG(locked_down, __u32 what)
{
	if (!bpf_core_enum_value_exists(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER) ||
	    what != bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_BPF_WRITE_USER))
		return 0;
	return caller_decide(BPFRESTRICT_BPF_WRITE);
}

/* What writes the registers of a process needs to write none of its memory. */
SEC("lsm/bpf_prog")
int BPF_PROG(bpf_prog, struct bpf_prog *prog)
{
	return policy_writes_registers(prog) ? caller_decide(BPFRESTRICT_BPF_WRITE) : 0;
}

/* The last of the object, so that it is the last to be attached. */
SEC("lsm/bpf")
int BPF_PROG(bpf, int cmd, union bpf_attr *attr)
{
	__u32 command = (__u32)cmd;
	__u32 op = command < frozen.commands ? command : BPFRESTRICT_UNKNOWN_COMMAND;
	enum policy_verdict verdict = decision(&state.policy, op, caller_trusted());
	int tamper = 0, ret;

	if (verdict_denies(verdict) && finishes(command) && loader_is_current(&frozen.loader))
		verdict = VERDICT_ALLOW_EXCEPTION;
	if (command == BPF_PROG_LOAD &&
	    tampers(KERNEL_READ(attr, prog_type), KERNEL_READ(attr, expected_attach_type),
		    KERNEL_READ(attr, attach_btf_id)))
		tamper = caller_decide(BPFRESTRICT_HOOK_TAMPER);
	ret = policy_apply(op, verdict, POLICY_NO_SOURCE);
	return ret ? ret : tamper;
}

char _license[] SEC("license") = "GPL";
