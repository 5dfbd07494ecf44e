/* SPDX-License-Identifier: GPL-2.0-only */
/* The records of a program, one line each. */
#ifndef BPFLOCK_EVENTS_H
#define BPFLOCK_EVENTS_H

#include <stdbool.h>
#include <stdio.h>

#include "operations.h"
#include "records.h"

struct events_format {
	const char *program;
	const struct operations *ops;
	bool json;    /* one object a line, else logfmt */
	bool all;     /* also group, namespaces and the first time */
	bool journal; /* entries of the systemd journal, not lines */
};

/* Writes @entry as one line. */
void events_print(FILE *stream, const struct events_format *format,
		  const struct records_entry *entry);

/* Writes @entry as the fields of a journal entry, a line each; no value has an end of line. */
void events_print_journal(FILE *stream, const struct events_format *format,
			  const struct records_entry *entry);

/*
 * Prints to standard output, or sends to the journal, what is kept, oldest first. With @follow goes
 * on with what is new or counted again, until a signal or until nobody reads. Returns 0 or a
 * negative errno: -ENOENT where the program is not active.
 */
int events_run(const struct events_format *format, bool follow);

#endif
