/* SPDX-License-Identifier: GPL-2.0-only */
/* Which permissions make which denials void. */
#ifndef BPFLOCK_BYPASS_H
#define BPFLOCK_BYPASS_H

#include <stdbool.h>

#include "words/operations.h"

/* A way around: who may do @way needs no permission for @voided. */
struct bypass {
	const char *way;
	const char *voided; /* a list, or "all" */
	const char *source; /* where it is seen, for who lists it */
	bool by_trusted;    /* it leads through a trusted process, to what that is allowed */
};

/* Warns, in one line, of all the ways around that @policy leaves open. */
void bypass_warn(const struct bypass *bypasses, const struct operation_words *words,
		 const struct operations *ops, const struct policy *policy);

/* Prints the table, for --list --verbose. */
void bypass_print(const struct bypass *bypasses);

#endif
