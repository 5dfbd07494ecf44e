/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the kernel can be preempted. */
#ifndef BPFLOCK_PREEMPTION_H
#define BPFLOCK_PREEMPTION_H

enum preemption {
	PREEMPTION_OFF = 1,
	PREEMPTION_ON,
	PREEMPTION_UNKNOWN, /* debugfs and tracefs are denied; to be taken as on */
};

/*
 * Whether a task can be preempted inside the kernel, so that a fmod_ret program
 * can be skipped (kernel/bpf/trampoline.c: __bpf_prog_enter_recur).
 */
enum preemption preemption_find(void);

/*
 * The same from what the kernel says: @version of uname(2), and @modes, the first line of
 * sched/preempt in debugfs or the model in the head of a trace, "" where there is none.
 */
enum preemption preemption_of(const char *version, const char *modes);

#endif
