/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of bpflock, the launcher, share. */
#ifndef BPFLOCK_LAUNCHER_H
#define BPFLOCK_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

#define LAUNCHER_ARGS_MAX 64

/* In the order in which they are started: PROGRAMS of the GNUmakefile. */
extern const char *const launcher_programs[];
extern const size_t launcher_count;

/*
 * Runs program number @i with @args, which end in NULL, and waits: its exit status, 71 where it
 * died. Its standard output goes to descriptor @out, or where ours goes: -1.
 */
int launcher_run(size_t i, const char *const *args, int out);

/* Starts it and does not wait: its process number, or a negative errno. */
int launcher_start(size_t i, const char *const *args, int out);

/* Prints one view of the machine: 0 if every program is active, 3 if not. */
int launcher_status(bool json);

#endif
