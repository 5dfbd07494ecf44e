/* SPDX-License-Identifier: GPL-2.0-only */
/* The operations that the running kernel has, and the words for them. */
#ifndef BPFLOCK_OPERATIONS_H
#define BPFLOCK_OPERATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/decision.h"
#include "kernel/btf.h"

#define OPERATION_NAME_MAX 40

/* The class of what is a name in records only: no list may hold it. */
#define OPERATION_RECORDED "record"

struct operation {
	char name[OPERATION_NAME_MAX];	/* empty: this number is none */
	char other[OPERATION_NAME_MAX]; /* the kernel's second name for it; empty: none */
	const char *class;
	const char *event; /* of its records */
	const char *text;  /* the kernel's own; NULL: the name is used */
};

struct operations {
	struct operation list[OPERATIONS_MAX];
	struct operation_set uncovered; /* not covered by the profile, only by --block */
	struct kernel_btf btf;		/* of the running kernel */
};

/* Another word for one operation or several: members are names, comma-separated. */
struct operation_word {
	const char *word;
	const char *members;
};

/* What an operation covers, in a phrase, and the kernel's own text for it, if it has one. */
struct operation_phrase {
	const char *name;
	const char *covers;
	const char *text;
};

/* The program's own words on top of the kernel's. Each table ends in a row of zeros. */
struct operation_words {
	const struct operation_word *aliases;
	const struct operation_word *groups;
	const struct operation_phrase *phrases;
};

/*
 * Adds the entries of enum @name of the kernel, without @prefix and in
 * lower case, numbered as the running kernel does. Entries that end in _MAX or
 * _NONE are bounds, not operations; those past the enum's own __MAX_* are flags.
 * Returns 0, -ENOENT where the kernel has no such enum, -E2BIG where an entry's
 * number does not fit.
 */
int operations_add_enum(struct operations *ops, enum btf_name name, const char *prefix);

/* Names number @op. */
void operations_add(struct operations *ops, unsigned int op, const char *name, const char *class);

/* Gives every operation the kernel's text that @phrases has for it. */
void operations_describe(struct operations *ops, const struct operation_phrase *phrases);

/*
 * Gives the operations that the comma-separated @decides names, or where it is NULL all, @event,
 * if they have none yet.
 */
void operations_event(struct operations *ops, const char *decides, const char *event);

/* Whether number @op has a name that a list may hold. */
bool operations_listed(const struct operations *ops, unsigned int op);

/* The number of the operation of which @name is exactly one of the names, or -ENOENT. */
int operations_find(const struct operations *ops, const char *name);

/*
 * Adds to @set what @list says: comma-separated operations, aliases, classes, groups, or "all",
 * with blanks around them or not; what begins with '-' is taken out again of what comes before it.
 * Returns 0, -EINVAL for an empty item, -ENOENT for an unknown word; the item is then in @bad, cut
 * to @size. @set is changed on success alone.
 */
int operations_parse(const struct operations *ops, const struct operation_words *words,
		     const char *list, struct operation_set *set, char *bad, size_t size);

/* The names in @set, or all where it is NULL, comma-separated; the caller frees. NULL: no memory.
 */
char *operations_names(const struct operations *ops, const struct operation_set *set);

void operation_set_add(struct operation_set *set, unsigned int op);

#endif
