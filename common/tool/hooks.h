/* SPDX-License-Identifier: GPL-2.0-only */
/* Which hooks of a program this kernel has, and its policy has need of. */
#ifndef BPFLOCK_HOOKS_H
#define BPFLOCK_HOOKS_H

#include "tool/tool.h"

struct bpf_object;

/*
 * Leaves out the hooks of @object that @frozen's policy has no need of, and those that this kernel
 * has not got, as @frozen's attachment, while something else does their work. Returns the row of
 * one that this kernel lacks and that is needed, or NULL.
 */
const struct tool_hook *hooks_choose(const struct tool *tool, struct bpf_object *object,
				     const struct kernel_btf *kernel, const struct frozen *frozen);

/* Whether @hook is no LSM's but of the root of cgroup2. */
bool hooks_of_cgroup(const struct tool_hook *hook);

/* Whether BPF programs may write registers: `needed` of the hook that asks about these. */
bool hooks_of_registers(const struct policy *policy);

/* Gives each operation the event of the hook that decides it. */
void hooks_events(const struct tool *tool, struct operations *ops);

/* Prints the rows: what each decides, its event, since when there is such a hook, how it is tested.
 */
void hooks_print(const struct tool *tool);

#endif
