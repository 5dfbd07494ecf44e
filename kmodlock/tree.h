/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modules of the running kernel, what else they are called, and what each needs: as modprobe
 * finds it out. '-' is '_' in all names.
 */
#ifndef BPFLOCK_TREE_H
#define BPFLOCK_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct tree_module {
	char *name;
	char *needs; /* paths of others, with blanks between; NULL: none */
	bool builtin;
	bool wanted;
};

/* @to is a module, or where @soft what has to be there before or after it is loaded. */
struct tree_alias {
	char *name;
	char *to;
	bool soft;
};

struct tree {
	struct tree_module *modules; /* sorted by name */
	size_t module_count;
	struct tree_alias *aliases; /* sorted by name; of softdeps too */
	size_t alias_count;
	struct tree_alias *
		*patterns; /* those of them with '*' and the like that are no hardware's */
	size_t pattern_count;
	char *commands; /* modules, with commas, that modprobe.d runs a command for; NULL: none */
	char **texts;
	size_t text_count;
};

/*
 * Reads what modprobe(8) of the host reads: /lib/modules of the running kernel, and modprobe.d.
 * Returns 0, -ENOENT where there is no such tree, or another negative errno; tree_free() is due in
 * all cases.
 */
int tree_read(struct tree *tree);
void tree_free(struct tree *tree);

/*
 * Marks as wanted the modules that loading @word, a module or what it is asked for as, or each that
 * begins as @word does before its '*', would load. Returns how many have that name or alias, those
 * in the kernel included.
 */
size_t tree_want(struct tree *tree, const char *word);

typedef void (*tree_found)(struct tree *tree, struct tree_module *module, void *data);

/* Hands each module that has just that name or alias to @found, some twice: how many. */
size_t tree_each(struct tree *tree, const char *word, tree_found found, void *data);

struct tree_module *tree_find(const struct tree *tree, const char *name);

/* The first alias of this @name, which is one of @count in a row; NULL: none. */
const struct tree_alias *tree_aliases(const struct tree *tree, const char *name, size_t *count);

/* In place: '-' becomes '_', as modprobe has it. */
void tree_normalize(char *name);

#endif
