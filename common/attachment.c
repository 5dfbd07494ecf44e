// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "kernel.h"
#include "msg.h"
#include "run.h"

#define LSM_LIST_MAX 256

int run_attachment(struct run *run)
{
	char list[LSM_LIST_MAX] = "";
	int active = kernel_has_bpf_lsm(list, sizeof(list));
	struct load_kernel kernel;
	enum kernel_preemption preemption;
	char cure[LSM_LIST_MAX + 64];

	if (kernel_ftrace_off()) {
		msg_error(
			"kernel.ftrace_enabled is 0: programs would attach and never be called; run "
			"'sysctl kernel.ftrace_enabled=1'");
		return EX_UNAVAILABLE;
	}
	if (active == -EPERM || active == -EACCES) {
		msg_error("cannot read the active LSMs: %s; root is needed, with CAP_SYS_ADMIN",
			  strerror(-active));
		return EX_NOPERM;
	}
	if (run_short(active)) {
		msg_error("cannot tell if 'bpf' is an active LSM: %s", strerror(-active));
		return EX_OSERR;
	}
	run->state->attachment = ATTACHMENT_LSM;
	if (active == 1)
		return 0;
	kernel = load_kernel(&run->ops.types);
	preemption = kernel.skips ? kernel_preemption() : PREEMPTION_OFF;
	run->state->attachment =
		preemption == PREEMPTION_OFF ? ATTACHMENT_FMOD_RET : ATTACHMENT_BEST_EFFORT;
	if (run->options->best_effort || preemption == PREEMPTION_OFF)
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
		  kernel.has_bpf_lsm ? cure : "run one built with CONFIG_BPF_LSM=y");
	return EX_UNAVAILABLE;
}
