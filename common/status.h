/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in force, proven anew. */
#ifndef BPFLOCK_STATUS_H
#define BPFLOCK_STATUS_H

#include "tool.h"

/* LSB: the program is not running. */
#define STATUS_EXIT_INACTIVE 3

struct bpf_object;

/* What --status says first. */
enum status {
	STATUS_INACTIVE = 1,
	STATUS_ENFORCING,  /* the self-test that must be denied was denied */
	STATUS_RECORDING,  /* nothing is to be denied, and it was seen to be counted */
	STATUS_UNPROVEN,   /* pinned, but the self-test could not be made */
	STATUS_PARTIAL,	   /* a pin is missing */
	STATUS_BROKEN,	   /* pinned, and not seen to run */
	STATUS_HIDDEN,	   /* not pinned where it should be, and something denies */
	STATUS_UNFINISHED, /* only what an interrupted run left, which may deny */
	STATUS_CHANGED,	   /* what is printed comes from another program than ours */
};

/*
 * Proves each hook that @object has, by the pinned counters. @bad gets the name
 * of the pin that is missing or the hook that was not seen to run, else NULL.
 */
enum status status_prove(const struct tool *tool, const struct operations *ops,
			 const struct bpf_object *object, const struct policy *policy,
			 const char **bad);

/*
 * Whether @tool, though not pinned where it should be, is in force all the same: below a mount,
 * pinned elsewhere or held, and what it tests is denied.
 */
bool status_hidden(const struct tool *tool, const struct bpf_object *object);

/* Prints the whole status, as text or JSON: 0 active, 3 not active, or another exit status. */
int status_run(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object, bool json);

#endif
