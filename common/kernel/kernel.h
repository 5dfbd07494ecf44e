/* SPDX-License-Identifier: GPL-2.0-only */
/* What the running kernel has and allows. */
#ifndef BPFLOCK_KERNEL_H
#define BPFLOCK_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `bpf` is among the active LSMs: 1, 0, or a negative errno. The list goes to @list, which
 * is empty where only lsm_list_modules(2) could be asked.
 */
int kernel_has_bpf_lsm(char *list, size_t size);

/* Whether it is Linux MAJOR.MINOR or newer, or can't be told. */
bool kernel_is_since(unsigned int major, unsigned int minor);

/* Whether there is bpf(2). */
bool kernel_has_bpf(void);

enum kernel_lockdown {
	LOCKDOWN_OFF = 1, /* or unknown */
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
};

/* How far the kernel's own lockdown is on, when it was first asked for. */
enum kernel_lockdown kernel_lockdown(void);

/* Whether @word is on the kernel command line. */
bool kernel_told(const char *word);

/* Whether bpflock=off is, for who locked himself out. */
bool kernel_told_off(void);

/* Whether kernel.ftrace_enabled is 0: programs then attach but are never called. */
bool kernel_ftrace_off(void);

#endif
