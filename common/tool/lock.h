/* SPDX-License-Identifier: GPL-2.0-only */
/* From what is asked for to what is in force. */
#ifndef BPFLOCK_LOCK_H
#define BPFLOCK_LOCK_H

#include "options/request.h"
#include "tool/tool.h"

struct bpf_object;
struct sections;

/* A program at work: what it is, and what it has to work with. */
struct run {
	const struct tool *tool;
	const struct options *options; /* with a profile */
	struct operations *ops;
	struct bpf_object *object; /* opened, not loaded */
	struct sections *sections;
};

/* Locks the machine, or with --dry-run says what would hold. Returns an exit status, and has said
 * why. */
int lock_run(const struct run *run);

/* Stops enforcing, the same way. Asks nothing of the kernel's types. */
int remove_run(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object);

#endif
