/* SPDX-License-Identifier: GPL-2.0-only */
/* The process that loaded a program, which has to finish although all is denied. */
#ifndef BPFLOCK_LOADER_BPF_H
#define BPFLOCK_LOADER_BPF_H

#include "abi/identity.h"
#include "bpf/read.bpf.h"

/*
 * Whether the current process is the main thread of @loader, untraced. Its number can be
 * used again, but not by a process that was started in a time that was already
 * over when the number was frozen; a child has another number, a thread a pid
 * that is not its tgid.
 */
static __always_inline bool loader_is_current(const volatile struct identity *loader)
{
	struct task_struct *task = kernel_current();
	__u64 ids = bpf_get_current_pid_tgid(), tgid = loader->tgid, start;

	if (!tgid || ids != (tgid << 32 | tgid))
		return false;
	if (KERNEL_READ(task, ptrace))
		return false;
	start = KERNEL_READ(task, start_boottime);
	return start >= loader->start && start < loader->end;
}

#endif
