/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters and records, read from the pinned iterators: plain files, no bpf(2). */
#ifndef BPFLOCK_RECORDS_H
#define BPFLOCK_RECORDS_H

#include <stddef.h>

#include "cgroup.h"
#include "record.h"

/* The names of the pinned iterators. */
#define RECORDS_STATE "state"
#define RECORDS_DENIED "denied"
#define RECORDS_ALLOWED "allowed"
#define RECORDS_CGROUPS "cgroups"

struct records_state {
	struct state state;
	__u64 counts[OPERATIONS_MAX][VERDICTS_MAX]; /* column 0: records made */
};

struct records_entry {
	struct record_key key;
	struct record_named value;
};

struct records {
	struct records_entry *list;
	size_t count;
};

/*
 * Reads what @fd, an iterator that was just opened, has to say, and closes it.
 * Returns 0, or a negative errno: -EPROTO where another version wrote it.
 */
int records_read_state(int fd, struct records_state *to);

/* The same from the pin of @program; -ENOENT where it has none. */
int records_pinned_state(const char *program, struct records_state *to);

/*
 * Reads all records of @program, whose @state was read, oldest first. The
 * caller frees the list. Returns 0 or a negative errno.
 */
int records_read(const char *program, const struct state *state, struct records *to);

/*
 * Reads which cgroups @program trusts. The caller frees the list, also on an error. Returns 0 or
 * a negative errno.
 */
int records_cgroups(const char *program, struct cgroups *to);

/* How many records were made and are not among @records any more. */
__u64 records_dropped(const struct records_state *state, const struct records *records);

#endif
