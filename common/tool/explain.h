/* SPDX-License-Identifier: GPL-2.0-only */
/* Why locking failed, in one line with the cure. Each returns the exit status that goes with it. */
#ifndef BPFLOCK_EXPLAIN_H
#define BPFLOCK_EXPLAIN_H

#include <stdbool.h>

#include "tool/prove.h"
#include "tool/tool.h"

struct load;

/* Whether the same may work another time: the machine was short of something. */
bool explain_short(int err);

/* The exit status for a negative errno of the system. */
int explain_status(int err);

/* What is pinned of program @name can't be read. */
int explain_reading(const char *name, int err);

/* Of tool->operations(), or of reading the kernel's types before it: @types. */
int explain_operations(int err, bool types);

/* This kernel lacks @hook. */
int explain_lacking(const struct tool_hook *hook);

/* If it was a program of the suite that denied bpf(2) to this process since @since says so. */
bool explain_denied(__u64 since, const char *what);

/* Of seal_attach(), which failed with @failed, or in loading where that is NULL. */
int explain_seal(const char *failed, __u64 since, int err);

/* Of load_attach(): @load says how far it came. */
int explain_load(const struct tool *tool, const struct kernel_btf *kernel, const struct load *load,
		 __u64 since, int err);

/* @units are to be trusted, else there is a list of names, where no BPF program may read a name. */
int explain_unreadable(bool units);

/* Units are asked for where loading BTF is denied. */
int explain_units(__u64 since);

/* The guard of ftrace_enabled, which could not be had. */
void explain_ftrace(int err);

/* The guard of the mounts that the pins depend on, of which @place is one. */
void explain_mounts(int err, const char *place);

/* The hooks of @object that the kernel's own lockdown answers before. */
void explain_lockdown(const struct tool *tool, const struct bpf_object *object);

/* Why a test could not be made, in words. */
const char *explain_test(int err);

/*
 * Of the self-test; 0 where what was attached may stay, with a warning where no denial could be
 * seen. @pinned: it is pinned already.
 */
int explain_proof(const struct tool *tool, const struct bpf_object *object,
		  const struct proof_result *proof, bool pinned);

#endif
