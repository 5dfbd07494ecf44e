/* SPDX-License-Identifier: GPL-2.0-only */
/* The self-test: was each hook seen to run, and was what must be denied denied. */
#ifndef BPFLOCK_PROVE_H
#define BPFLOCK_PROVE_H

#include "tool/tool.h"

struct bpf_object;
struct load;

enum proof {
	PROOF_DENIED = 1, /* what must be denied was denied */
	PROOF_COUNTED,	  /* nothing is to be denied, and what was done was counted */
	PROOF_NONE,	  /* no denial could be tried: why */
	PROOF_FAILED,	  /* the test could not be made: error */
	PROOF_NOT_CALLED, /* a hook was not seen to run */
	PROOF_WRONG,	  /* a hook was called, and the kernel did otherwise */
};

struct proof_result {
	enum proof proof;
	const char *hook; /* the one that is told of, or NULL */
	int error;	  /* a negative errno, where there is one */
	bool before;	  /* PROOF_NONE: something else denied before the hook was asked */
	char why[160];
};

/* The row of @tool for BPF program @prog, a hook of its object: each has one (TOOL_HOOKS_END). */
const struct tool_hook *prove_row(const struct tool *tool, const char *prog);

/* Whether @hook can be tested here: it has a test, and nothing always answers before it. */
bool prove_testable(const struct tool_hook *hook);

/*
 * Whether what each hook of @tool is tested by is denied to a child of this process, by whomever:
 * NULL, or the first whose is not, and in @err 0, or a negative errno where it could not be tried.
 */
const struct tool_hook *prove_denied(const struct tool *tool, const struct operations *ops,
				     int *err);

/*
 * Has each hook of @object that is not left out decide what must be denied, in a child that the
 * policy does not trust; where there is no such thing, what must be counted. The counters are those
 * of @load, or where it is NULL the pinned ones. Who asks has said that it tests (testing.h).
 */
void prove_all(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object, const struct policy *policy,
	       const struct load *load, struct proof_result *result);

#endif
