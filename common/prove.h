/* SPDX-License-Identifier: GPL-2.0-only */
/* The self-test: was the hook seen to run, and did it deny what it must. */
#ifndef BPFLOCK_PROVE_H
#define BPFLOCK_PROVE_H

#include "tool.h"

struct bpf_map;

/*
 * Has @hook of @tool decide, in a child that @policy does not trust, something
 * that must be denied, and where all is allowed, something that must be recorded
 * in @counters. Returns 0 when it was, -ENOENT when the hook was never called,
 * -EACCES when it was called and the kernel did otherwise.
 */
int prove_hook(const struct tool *tool, const struct operations *ops, const struct policy *policy,
	       const struct bpf_map *counters, const char *hook);

#endif
