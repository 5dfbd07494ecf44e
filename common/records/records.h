/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters and records, read from the pinned iterators: plain files, no bpf(2). */
#ifndef BPFLOCK_RECORDS_H
#define BPFLOCK_RECORDS_H

#include <stddef.h>

#include "kernel/trusted.h"
#include "abi/record.h"

struct records_state {
	struct frozen frozen;
	__u64 counts[OPERATIONS_MAX][VERDICTS_MAX]; /* column 0: records made */
	__u64 tests[OPERATIONS_MAX][VERDICTS_MAX];  /* the same of tests, which are in no record */
};

struct records_entry {
	struct record_key key;
	union {
		struct record_named value;
		struct record_executed executed; /* of a program that records executions */
	};
	/* Of its cgroup, and of what it runs; NULL: they are not kept. */
	const struct record_names *cgroup, *exe;
};

struct records_names {
	struct record_names_key key;
	struct record_names names;
};

struct records {
	struct records_entry *list;
	size_t count;
	struct records_names *names; /* by their keys */
	size_t names_count;
};

/*
 * Reads what @fd, an iterator that was just opened, has to say, and closes it.
 * Returns 0, or a negative errno: -EPROTO where another version wrote it.
 */
int records_read_state(int fd, struct records_state *to);

/* The same from the pin of @tool; -ENOENT where it has none. */
int records_pinned_state(const char *tool, struct records_state *to);

/*
 * Reads all records of @tool, of what is executed the newest RECORD_EXECUTED_MAX, whose @frozen
 * part was read, oldest first, with their names. records_free() is to be called, also on an error.
 * Returns 0 or a negative errno.
 */
int records_read(const char *tool, const struct frozen *frozen, struct records *to);

void records_free(struct records *records);

/*
 * Reads which cgroups @tool trusts. The caller frees the list, also on an error. Returns 0 or
 * a negative errno.
 */
int records_cgroups(const char *tool, struct cgroups *to);

/* The same of the units. */
int records_units(const char *tool, struct units *to);

/*
 * Reads all that the iterator pinned as @name of @tool has to say. The caller frees @data, also on
 * an error. Returns 0 or a negative errno.
 */
int records_pinned(const char *tool, const char *name, char **data, size_t *size);

/* How many records were made and are not among @records any more. */
__u64 records_dropped(const struct records_state *state, const struct records *records);

#endif
