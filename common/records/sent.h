/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of a program's records the journal has, in a file that is there until the next boot: so that
 * it gets no decision twice, whoever is started again, replaced or upgraded.
 */
#ifndef BPFLOCK_SENT_H
#define BPFLOCK_SENT_H

#include <stdbool.h>

#include "records/records.h"

#define SENT_FOLDER "/run/bpflock-journal"

struct sent_entry {
	struct record_key key;
	__u64 count;
	__u64 last;
};

struct sent {
	int fd;
	struct sent_entry *list; /* by their keys */
	size_t count;
	int unkept; /* why they could not be written down, or 0 */
};

/*
 * Opens that of @tool, and makes it where there is none. One process has it at a time: where
 * another does it waits for that to end if it is to @wait. Returns 0 or a negative errno,
 * -EWOULDBLOCK where another has it, -EINTR where a signal ended the wait.
 */
int sent_open(struct sent *sent, const char *tool, bool wait);

/* Whether the journal has @entry as it is. */
bool sent_has(const struct sent *sent, const struct records_entry *entry);

/*
 * From now on it has the first @count of @records, of the others those that it had as they are, and
 * nothing else. Returns 0 or a negative errno.
 */
int sent_keep(struct sent *sent, const struct records *records, size_t count);

void sent_close(struct sent *sent);

#endif
