/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the conductor, tool.c, is made of. These speak: where one fails it has said why, and
 * returns an exit status; else 0.
 */
#ifndef BPFLOCK_RUN_H
#define BPFLOCK_RUN_H

#include <stdbool.h>

#include "cgroup.h"
#include "load.h"
#include "operations.h"
#include "options.h"
#include "tool.h"

struct run {
	const struct tool *tool;
	const struct options *options;
	struct bpf_object *object;
	struct state *state;
	void *skeleton;
	struct cgroups cgroups;
	struct operations ops;
	struct load load;
};

/* Whether the same may work another time: the machine was short of something. */
bool run_short(int err);

/* Fills in the frozen policy, and the trusted cgroups, from the options. */
int run_policy(struct run *run);

/* Chooses how to attach on this kernel. */
int run_attachment(struct run *run);

/* The rest of what is frozen; @skeleton tells which build it is. */
void run_fill(struct run *run, const struct bpf_object_skeleton *skeleton);

/* Loads and attaches; run->load is for load_release(), also after a failure. */
int run_load(struct run *run);

/* Has each hook run that can be tested; @pinned is for the message. */
int run_prove(struct run *run, bool pinned);

/* If it was a program of the suite that denied bpf(2) says so: it is what keeps from @what. */
bool run_denied(const struct run *run, const char *what);

#endif
