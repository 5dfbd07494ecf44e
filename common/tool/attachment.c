// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "kernel/btf.h"
#include "kernel/kernel.h"
#include "kernel/preemption.h"
#include "kernel/pseudofs.h"
#include "tool/attachment.h"
#include "tool/explain.h"
#include "words/delayed.h"
#include "words/msg.h"

#define LSM_LIST_MAX 256

/*
 * A fmod_ret program that another task on that CPU is preempted in is skipped. The guard, and the
 * count of what it skips, came with Linux 5.12 (kernel/bpf/trampoline.c: __bpf_prog_enter). It runs
 * under rcu_read_lock(), so without CONFIG_PREEMPT_RCU nobody is preempted there, whatever the mode
 * is: Linux 6.18 has that with PREEMPT_LAZY where it lacks PREEMPT_DYNAMIC (kernel/rcu/Kconfig).
 */
static bool can_skip(const struct kernel_btf *kernel)
{
	return btf_has_member(kernel, BTF_BPF_PROG_INFO, "recursion_misses") &&
	       (!btf_has(kernel, BTF_TASK_STRUCT) ||
		btf_has_member(kernel, BTF_TASK_STRUCT, "rcu_read_lock_nesting"));
}

/* Built with CONFIG_BPF_LSM, active or not: each hook has such a function (kernel/bpf/bpf_lsm.c).
 */
static bool has_bpf_lsm(const struct kernel_btf *kernel)
{
	return btf_function(kernel, "bpf_lsm_bpf") != 0;
}

int attachment_choose(const struct kernel_btf *kernel, bool best_effort, __u32 *attachment)
{
	char list[LSM_LIST_MAX] = "";
	int active = kernel_has_bpf_lsm(list, sizeof(list));
	enum preemption preemption;
	char cure[LSM_LIST_MAX + 64];

	if (kernel_ftrace_off()) {
		msg_error(
			"kernel.ftrace_enabled is 0: programs would attach and never be called; run "
			"'sysctl kernel.ftrace_enabled=1'");
		return EX_UNAVAILABLE;
	}
	if (active == -EPERM && pseudofs_can_mount("securityfs")) {
		msg_error("cannot read the active LSMs: somebody denies it; " DELAYED_WHO);
		return EX_NOPERM;
	}
	if (active == -EPERM || active == -EACCES) {
		msg_error("cannot read the active LSMs: %s; root is needed, with CAP_SYS_ADMIN",
			  strerror(-active));
		return EX_NOPERM;
	}
	if (explain_short(active)) {
		msg_error("cannot tell if 'bpf' is an active LSM: %s", strerror(-active));
		return EX_OSERR;
	}
	*attachment = ATTACHMENT_LSM;
	if (active == 1)
		return 0;
	preemption = can_skip(kernel) ? preemption_find() : PREEMPTION_OFF;
	*attachment = preemption == PREEMPTION_OFF ? ATTACHMENT_FMOD_RET : ATTACHMENT_BEST_EFFORT;
	if (best_effort || preemption == PREEMPTION_OFF)
		return 0;
	if (active < 0) {
		msg_error("cannot tell if 'bpf' is an active LSM: %s; it needs securityfs, or "
			  "--best-effort",
			  strerror(-active));
		return EX_UNAVAILABLE;
	}
	snprintf(cure, sizeof(cure), "boot with 'lsm=%s,bpf'", *list ? list : "...");
	msg_error("'bpf' is not an active LSM and %s, where a process can get past any other "
		  "attachment; %s or give --best-effort",
		  preemption == PREEMPTION_ON
			  ? "this kernel can be preempted"
			  : "neither debugfs nor tracefs tells if this kernel can be preempted",
		  has_bpf_lsm(kernel) ? cure : "run one built with CONFIG_BPF_LSM=y");
	return EX_UNAVAILABLE;
}
