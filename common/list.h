/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of --list. */
#ifndef BPFLOCK_LIST_H
#define BPFLOCK_LIST_H

#include "tool.h"

/* Prints the operations of this kernel, those in @outside not covered by @profile. */
void list_print(const struct tool *tool, const struct operations *ops,
		const struct operation_set *outside, enum policy_profile profile);

#endif
