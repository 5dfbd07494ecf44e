/* SPDX-License-Identifier: GPL-2.0-only */
/* How to attach on this kernel. */
#ifndef BPFLOCK_ATTACHMENT_H
#define BPFLOCK_ATTACHMENT_H

#include <stdbool.h>

#include <linux/types.h>

struct kernel_btf;

/*
 * Sets @attachment (enum policy_attachment) to the best that the kernel has; what can be raced only
 * with @best_effort. Returns 0, or an exit status after having said what is lacking.
 */
int attachment_choose(const struct kernel_btf *kernel, bool best_effort, __u32 *attachment);

#endif
