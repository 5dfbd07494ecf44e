/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF that others have on this machine, as far as it can be seen. */
#ifndef BPFLOCK_FOREIGN_H
#define BPFLOCK_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

struct kernel_btf;

/*
 * Writes a comma-separated list of the programs that can answer for one of the
 * functions @targets (@count BTF ids of the kernel), leaving out what the suite
 * has pinned. Before Linux 6.0 a program that is not attached isn't found, and
 * before 5.13 every program that could is listed. @checked: LSM programs can't,
 * see foreign_is_checked(). Returns how many there are, or a negative errno:
 * -EPERM where bpf(2) is shut.
 */
int foreign_hooks(FILE *stream, const __u32 *targets, size_t count, bool checked);

/*
 * Whether the kernel, whose BTF is @kernel, takes no LSM program that answers anything but 0 and
 * errors, so that one which is asked first can permit nothing (kernel/bpf/verifier.c:
 * check_return_code, Linux 6.12). False too where bpf(2) is shut.
 */
bool foreign_is_checked(const struct kernel_btf *kernel);

/*
 * Writes a comma-separated list of the settings of units that systemd loaded
 * programs for, told by their names. Returns how many, or a negative errno.
 */
int foreign_settings(FILE *stream);

/*
 * A test of tool_hook: loads a program with no instruction that would answer for a hook of the
 * suite, which the kernel refuses once bpf(2)'s hook was asked (kernel/bpf/syscall.c, __sys_bpf()).
 */
int foreign_try(unsigned int op);

#endif
