/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in force, proven anew. */
#ifndef BPFLOCK_STATUS_H
#define BPFLOCK_STATUS_H

#include "pins/pin.h"
#include "tool/tool.h"

/* LSB: the program is not running. */
#define STATUS_EXIT_INACTIVE 3

struct bpf_object;

/* What --status says first. */
enum status {
	STATUS_INACTIVE = 1,
	STATUS_ENFORCING,  /* what must be denied was denied a moment ago */
	STATUS_RECORDING,  /* nothing is to be denied, and what was done was counted */
	STATUS_UNPROVEN,   /* pinned, and no denial could be tried: why */
	STATUS_PARTIAL,	   /* a pin is missing */
	STATUS_BROKEN,	   /* pinned, and not seen to run or to deny */
	STATUS_HIDDEN,	   /* not pinned where it should be, and something denies */
	STATUS_UNGUARDED,  /* the pins fall with a directory that can be removed: bad */
	STATUS_UNFINISHED, /* only what an interrupted run left, which may deny */
	STATUS_CHANGED,	   /* what is printed comes from another BPF program than ours */
	STATUS_SEALED,	   /* the seal denies, and its run was stopped before it had pinned */
};

struct status_result {
	enum status status;
	const char *bad; /* the pin that is missing or the hook that was not seen to run, or NULL */
	char why[160];	 /* of STATUS_UNPROVEN, else empty */
	char place[PIN_PATH_MAX]; /* what bad is of STATUS_UNGUARDED */
};

/* The first pin that @tool lacks of the hooks of @object that are not left out, and of its other
 * files; NULL: none. */
const char *status_missing(const struct tool *tool, const struct bpf_object *object);

/* Proves each hook of @object that is not left out, by the pinned counters. */
void status_prove(const struct tool *tool, const struct operations *ops,
		  const struct bpf_object *object, const struct policy *policy,
		  struct status_result *result);

/*
 * Whether @tool, though not pinned where it should be, is in force all the same: below a mount,
 * pinned elsewhere or held, and what it tests is denied. @ops may have no names: tests that go by
 * the number of the operation then tell nothing.
 */
bool status_hidden(const struct tool *tool, const struct operations *ops,
		   const struct bpf_object *object);

/* Prints the whole status, as text or JSON: 0 active, 3 not active, or another exit status. */
int status_run(const struct tool *tool, const struct operations *ops, struct bpf_object *object,
	       bool json, bool verbose);

#endif
