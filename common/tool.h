/* SPDX-License-Identifier: GPL-2.0-only */
/* The one conductor: check the kernel, load, attach, prove, pin, report. */
#ifndef BPFLOCK_TOOL_H
#define BPFLOCK_TOOL_H

#include <stdbool.h>

#include "operations.h"
#include "options.h"

struct bpf_object;
struct bpf_object_skeleton;
struct btf;

/*
 * A harmless way to have @hook decide @operation. @try returns 0 where the kernel
 * allowed it or failed it for another reason than a denial, -EPERM where it was
 * denied, and must leave the machine as it was in both cases; -ENODATA where the
 * kernel does not tell the caller, so that the counter has to do. @ask, where there is
 * one, only has the hook asked, on most kernels, and does first for what is not to be denied.
 * Where it is done with what is not on the root filesystem, @origin is the operation
 * that a policy with an origin denies it as.
 */
struct tool_test {
	const char *hook;
	const char *operation;
	int (*try)(void);
	int (*ask)(void);
	const char *origin;
};

/* A way around: who may do @way needs no permission for @voided. @source is where it is seen. */
struct tool_bypass {
	const char *way;
	const char *voided; /* a list, or "all" */
	const char *source;
	bool by_trusted; /* it leads through a trusted process, to what that is allowed */
};

/* All that the conductor knows of a program. Tables end in a row of zeros. */
struct tool {
	const char *name;
	enum policy_profile profile; /* where none is given */
	struct options_help help;
	struct operation_words words;
	/* Finds the operations of the running kernel and those outside the profile: 0 or a negative
	 * errno. */
	int (*operations)(struct operations *ops, const struct btf *btf,
			  struct operation_set *outside);
	const struct tool_test *tests;
	const struct tool_bypass *bypasses;
	/* The kernel's own lockdown answers before this hook: it can then not be tested. */
	const char *hook_after_lockdown;
	/* Decides by what lockdown's confidentiality forbids BPF programs to read. */
	bool reads;
	/* Leaves out the programs that @policy has no need of; NULL: none. */
	void (*choose)(struct bpf_object *object, const struct policy *policy);
	/*
	 * Fills in what the program has frozen beside the policy, and says what @policy will break
	 * or why it can't be had here. @skeleton is what tool_run() was given; NULL: nothing to do.
	 * Returns 0 or an exit status after having said why.
	 */
	int (*prepare)(void *skeleton, const struct policy *policy, const struct operations *ops);
};

/*
 * Does what @options ask for, with the opened, not yet loaded @object, whose
 * frozen @state it fills in; @skeleton, the program's own, goes to tool->prepare().
 * Returns an exit status after having said what happened.
 */
int tool_run(const struct tool *tool, const struct options *options,
	     const struct bpf_object_skeleton *object, void *skeleton, struct state *state);

#endif
