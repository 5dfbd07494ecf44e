/* SPDX-License-Identifier: GPL-2.0-only */
/* From --modules and --modules-file to the keys of the frozen list. */
#ifndef BPFLOCK_LIST_H
#define BPFLOCK_LIST_H

#include "kernel/trusted.h"
#include "kmodlock.h"
#include "options/request.h"
#include "tree.h"

/* As many may be given; what they need, and are called besides, is not counted. */
#define LIST_WORDS_MAX 4096

struct list_word {
	char *word;	/* '-' is '_' */
	char where[96]; /* FILE:LINE, or empty: of the command line */
};

struct list {
	struct list_word *words;
	size_t count;
	/* What is wrong, and where, of -EINVAL; where of other errors; what names the file, if a
	 * settings file does. */
	char where[160];
	char why[400];
	const char *named;
};

/*
 * Reads what is asked for by @options: 0, -EINVAL, or another negative errno where a file can't be
 * read. list_free() is due in all cases.
 */
int list_read(struct list *list, const struct options *options);
void list_free(struct list *list);

/*
 * Makes the keys of @to: of the words, of what they stand for in @tree and need, which is marked as
 * wanted, and of what is in the kernel, for which nothing is loaded. What is not there is handed to
 * @missing, which is not to be NULL. Returns 0 or -ENOMEM; the caller frees them.
 */
int list_keys(const struct list *list, struct tree *tree, struct trusted *to,
	      void (*missing)(const struct list_word *word, void *data), void *data);

#endif
