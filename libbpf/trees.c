// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libelf.a of elfutils 0.192, which Debian 13 has, calls and lacks: its search trees. Of one
 * that has them nothing here is linked.
 */
#include <search.h>
#include <stddef.h>

/* A lock follows, which one thread does not need. */
struct tree {
	void *root;
};

typedef int order(const void *, const void *);

void eu_search_tree_init(struct tree *tree);
void eu_search_tree_fini(struct tree *tree, void (*release)(void *));
void *eu_tsearch(const void *key, struct tree *tree, order *by);
void *eu_tdelete(const void *key, struct tree *tree, order *by);

void eu_search_tree_init(struct tree *tree)
{
	tree->root = NULL;
}

void eu_search_tree_fini(struct tree *tree, void (*release)(void *))
{
	tdestroy(tree->root, release);
	tree->root = NULL;
}

void *eu_tsearch(const void *key, struct tree *tree, order *by)
{
	return tsearch(key, &tree->root, by);
}

void *eu_tdelete(const void *key, struct tree *tree, order *by)
{
	return tdelete(key, &tree->root, by);
}
