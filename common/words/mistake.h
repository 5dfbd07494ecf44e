/* SPDX-License-Identifier: GPL-2.0-only */
/* Help with options, and what is wrong with one that getopt did not take. */
#ifndef BPFLOCK_MISTAKE_H
#define BPFLOCK_MISTAKE_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

/* Of "-h", and of an argument that is longer than is worth to be shown. */
#define MISTAKE_MAX 160

/*
 * What to say of it, on ARGP_KEY_ERROR: a letter that is none of the @count options of @table, or
 * an argument that is missing or not wanted.
 */
void mistake_explain(const struct argp_option *table, size_t count, const struct argp_state *state,
		     char text[MISTAKE_MAX]);

/* Prints --help, or --usage, although @state's parser has ARGP_NO_ERRS, and exits: 0, or 74 unless
 * all was written. */
_Noreturn void mistake_help(struct argp_state *state, bool usage);

#endif
