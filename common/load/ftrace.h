/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps kernel.ftrace_enabled at 1, on which all that is attached depends, and a program's sysctls.
 */
#ifndef BPFLOCK_FTRACE_H
#define BPFLOCK_FTRACE_H

#include "pins/pinset.h"

struct bpf_link;
struct bpf_object;
struct bpf_program;

#define FTRACE_PIN "ftrace_enabled"

/*
 * Attaches to the root of cgroup2 a program that denies everybody to write anything but 1 to the
 * sysctl, and fills in @link, whose link the caller owns; the program lasts until the process ends.
 * Where the machine is sealed it is kept already, and there is none. Returns 0 or a negative errno:
 * -ENODEV where the root can't be reached, -EACCES where the write is not denied all the same.
 */
int ftrace_attach(struct pin_link *link);

/* Only loads that program, which lasts until the process ends: a descriptor or a negative errno. */
int ftrace_load(void);

/* Attaches @prog, which is loaded, to the same. NULL and errno where it can't. */
struct bpf_link *ftrace_attach_cgroup(struct bpf_program *prog);

/*
 * Attaches, to the same, the program of @object that decides who writes the sysctls that end or
 * take over what it denies, if it has one that is loaded. Returns 0 or a negative errno.
 */
int ftrace_attach_sysctl(const struct bpf_object *object, struct pin_link *link);

/*
 * Tries a write that changes nothing: 0 where it is denied, or the kernel has no such switch for
 * whoever asks, -EACCES where not.
 */
int ftrace_test(void);

#endif
