/* SPDX-License-Identifier: GPL-2.0-only */
/* The self-test: was the hook seen to run, and did it deny what it must. */
#ifndef BPFLOCK_PROVE_H
#define BPFLOCK_PROVE_H

#include "tool.h"

struct load;

/* Whether @hook can be tested on this kernel. */
bool prove_testable(const struct tool *tool, const struct operations *ops, const char *hook);

/*
 * Has @hook of @tool decide, in a child that @policy does not trust, something
 * that must be denied, and where all is allowed, something that must be counted;
 * the counters are those of @load, or where it is NULL the pinned ones. Returns
 * 0 when it was, -ENOENT when the hook was never called, -EACCES when it was
 * called and the kernel did otherwise, -EALREADY where something else denied it
 * before the hook was asked, another negative errno where it could not be tried.
 */
int prove_hook(const struct tool *tool, const struct operations *ops, const struct policy *policy,
	       const struct load *load, const char *hook);

#endif
