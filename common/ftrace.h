/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps kernel.ftrace_enabled at 1, on which all that is attached depends. */
#ifndef BPFLOCK_FTRACE_H
#define BPFLOCK_FTRACE_H

#include "pinset.h"

#define FTRACE_PIN "ftrace_enabled"

/*
 * Attaches to the root of cgroup2 a program that denies everybody to write anything but 1 to the
 * sysctl, and fills in @link, whose link the caller owns; the program lasts until the process ends.
 * Returns 0 or a negative errno: -ENODEV where the root can't be reached, -EACCES where the write
 * is not denied all the same.
 */
int ftrace_attach(struct pin_link *link);

/*
 * Tries a write that changes nothing: 0 where it is denied, or the kernel has no such switch for
 * whoever asks, -EACCES where not.
 */
int ftrace_test(void);

#endif
