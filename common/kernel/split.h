/* SPDX-License-Identifier: GPL-2.0-only */
/* Comma-separated lists. */
#ifndef BPFLOCK_SPLIT_H
#define BPFLOCK_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

struct split {
	const char *item; /* not ended by a zero; borrowed from the list */
	size_t length;
	const char *rest; /* NULL: there is no other */
};

/* A walk over @list, which has no item where it is NULL or empty. */
struct split split_list(const char *list);

/* The next item, an empty one where two commas meet or one is last: false at the end. */
bool split_next(struct split *split);

/* Leaves out the blanks around the item. */
void split_trim(struct split *split);

/* Whether the item is exactly @word. */
bool split_is(const struct split *split, const char *word);

/* Whether @list has exactly @word among its items. */
bool split_has(const char *list, const char *word);

#endif
