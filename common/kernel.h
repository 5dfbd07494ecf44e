/* SPDX-License-Identifier: GPL-2.0-only */
/* What the running kernel has and allows. */
#ifndef BPFLOCK_KERNEL_H
#define BPFLOCK_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A mount of the pseudo file system @type that nobody else sees (fsmount(2), Linux 5.2).
 * Returns a descriptor of its root, to be closed, or a negative errno.
 */
int kernel_mount(const char *type);

/*
 * Reads the first line of @path in the pseudo file system @type, whether or not
 * it is mounted anywhere. Returns 0 or a negative errno.
 */
int kernel_read(const char *type, const char *path, char *text, size_t size);

/*
 * Whether `bpf` is among the active LSMs: 1, 0, or a negative errno. The list goes to @list, which
 * is empty where only lsm_list_modules(2) could be asked.
 */
int kernel_has_bpf_lsm(char *list, size_t size);

/* Whether there is bpf(2). */
bool kernel_has_bpf(void);

enum kernel_lockdown {
	LOCKDOWN_OFF = 1, /* or unknown */
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
};

/* How far the kernel's own lockdown is on. */
enum kernel_lockdown kernel_lockdown(void);

enum kernel_preemption {
	PREEMPTION_OFF = 1,
	PREEMPTION_ON,
	PREEMPTION_UNKNOWN, /* debugfs and tracefs are denied; to be taken as on */
};

/*
 * Whether a task can be preempted inside the kernel, so that a fmod_ret program
 * can be skipped (kernel/bpf/trampoline.c: __bpf_prog_enter_recur).
 */
enum kernel_preemption kernel_preemption(void);

/*
 * The same from what the kernel says: @version of uname(2), and @modes, the first line of
 * sched/preempt in debugfs or the model in the head of a trace, "" where there is none.
 */
enum kernel_preemption kernel_preemption_of(const char *version, const char *modes);

/* Whether bpflock=off is on the kernel command line, for who locked himself out. */
bool kernel_told_off(void);

/* Whether kernel.ftrace_enabled is 0: programs then attach but are never called. */
bool kernel_ftrace_off(void);

#endif
