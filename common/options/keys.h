/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be asked for: each is an option, and with the same name a line of a settings file. */
#ifndef BPFLOCK_KEYS_H
#define BPFLOCK_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "options/request.h"

/* Where a value comes from, and what is wrong with it. */
struct value {
	struct options *options;
	/* FILE:LINE, where a later line replaces and an empty value forgets what was there; NULL:
	 * the command line. */
	const char *where;
	const char *key; /* the name of what it is a value of */
	char why[256];	 /* of -EINVAL */
};

struct key {
	const char *name;     /* --NAME, or NAME = */
	int letter;	      /* -LETTER, or 256 and more: none */
	const char *argument; /* NULL: it is a switch, yes or no, an option alone is yes */
	enum keys_kind kind;  /* the programs that have it; 0: those that decide */
	bool in_file;	      /* a file may have it */
	bool on_command_line;
	const char *help;
	/*
	 * Takes @word, which is kept if it comes from the command line.
	 * Returns 0, -EINVAL with the reason in @value->why, or -ENOMEM.
	 */
	int (*set)(struct value *value, const char *word);
};

/* The table, which ends in a key without a name. */
extern const struct key keys[];

/* Whether programs of @kinds have @key. */
bool keys_has(const struct key *key, unsigned kinds);

/* The names of what a file may have, comma-separated with blanks; the caller frees. NULL: no
 * memory. */
char *keys_names(unsigned kinds);

#endif
