/* SPDX-License-Identifier: GPL-2.0-only */
/* Which permissions make which denials void. */
#ifndef BPFLOCK_BYPASS_H
#define BPFLOCK_BYPASS_H

#include "tool.h"

/* Warns, in one line, of all the ways around that @policy leaves open. */
void bypass_warn(const struct tool *tool, const struct operations *ops,
		 const struct policy *policy);

#endif
