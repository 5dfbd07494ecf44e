/* SPDX-License-Identifier: GPL-2.0-only */
/* The records of a program, one line each. */
#ifndef BPFLOCK_EVENTS_H
#define BPFLOCK_EVENTS_H

#include <stdbool.h>
#include <stdio.h>

#include "words/operations.h"
#include "records/records.h"

/* A key and its value, of plain characters, that a program adds to its records. */
struct events_word {
	const char *key; /* NULL: there are no more */
	char value[24];
};

#define EVENTS_WORDS_MAX 4

struct record_subject;

/* The words for what a record was done to, where that is no file and has no name. */
typedef void (*events_subject)(const struct record_subject *subject,
			       struct events_word words[EVENTS_WORDS_MAX]);

struct events_format {
	const char *tool;
	const struct operations *ops;
	events_subject subject; /* NULL: files and names */
	bool json;		/* one object a line, else logfmt */
	bool executed;		/* they are of what was executed, not decided */
	__u64 since;		/* only of then and later, ns, CLOCK_BOOTTIME */
	bool denied;		/* only what was denied, or would be without audit */
	bool stamp;		/* a line begins with what sorts it and tells whose it is */
	bool all;		/* also group, namespaces and the first time */
	bool live;		/* a cgroup that is on no record is looked up */
	bool journal;		/* entries of the systemd journal, not lines */
};

/*
 * Writes @entry as one line. With a stamp there are numbers before it, each with a blank: the time
 * and when the process was started, ns of CLOCK_BOOTTIME, its tgid, that of its parent, and what it
 * is: 0 allowed, 1 denied, 2 executed.
 */
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
