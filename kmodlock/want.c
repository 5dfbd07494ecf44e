// SPDX-License-Identifier: GPL-2.0-only
/* What of the tree loading a word would load. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

static int compare_module(const void *name, const void *module)
{
	return strcmp(name, ((const struct tree_module *)module)->name);
}

struct tree_module *tree_find(const struct tree *tree, const char *name)
{
	return tree->module_count ? bsearch(name, tree->modules, tree->module_count,
					    sizeof(*tree->modules), compare_module)
				  : NULL;
}

/* Where the first alias is, or would be, that is not before @name. */
static size_t first_alias(const struct tree *tree, const char *name)
{
	size_t low = 0, high = tree->alias_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(tree->aliases[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct tree_alias *tree_aliases(const struct tree *tree, const char *name, size_t *count)
{
	size_t first = first_alias(tree, name), end = first;

	while (end < tree->alias_count && !strcmp(tree->aliases[end].name, name))
		end++;
	*count = end - first;
	return *count ? &tree->aliases[first] : NULL;
}

static void want_module(struct tree *tree, struct tree_module *module);

/* What @module needs to be loaded: paths of files. */
static void want_needs(struct tree *tree, const char *needs)
{
	while (needs && *(needs += strspn(needs, " \t"))) {
		size_t length = strcspn(needs, " \t");
		char *path = strndup(needs, length), *name = path ? strrchr(path, '/') : NULL;
		struct tree_module *module;

		needs += length;
		name = name ? name + 1 : path;
		if (!name)
			return;
		name[strcspn(name, ".")] = '\0';
		tree_normalize(name);
		module = tree_find(tree, name);
		if (module)
			want_module(tree, module);
		free(path);
	}
}

/* "pre: NAME... post: NAME...", of which none has to be there. */
static void want_soft(struct tree *tree, const char *names)
{
	while (*(names += strspn(names, " \t"))) {
		size_t length = strcspn(names, " \t");
		char *name = strndup(names, length);

		names += length;
		if (!name)
			return;
		tree_normalize(name);
		if (name[strlen(name) - 1] != ':')
			tree_want(tree, name);
		free(name);
	}
}

static void want_module(struct tree *tree, struct tree_module *module)
{
	const struct tree_alias *alias;
	size_t count;

	if (module->wanted)
		return;
	module->wanted = true;
	want_needs(tree, module->needs);
	alias = tree_aliases(tree, module->name, &count);
	for (size_t i = 0; i < count; i++)
		if (alias[i].soft)
			want_soft(tree, alias[i].to);
}

struct each {
	struct tree *tree;
	tree_found found;
	void *data;
	size_t count;
};

static void find(struct each *each, const struct tree_alias *alias)
{
	struct tree_module *module = alias->soft ? NULL : tree_find(each->tree, alias->to);

	if (!module)
		return;
	each->found(each->tree, module, each->data);
	each->count++;
}

/* All whose names begin with the first @length bytes of @word. */
static void find_beginning(struct each *each, const char *word, size_t length)
{
	const struct tree *tree = each->tree;

	for (size_t i = 0; i < tree->module_count; i++) {
		if (strncmp(tree->modules[i].name, word, length))
			continue;
		each->found(each->tree, &tree->modules[i], each->data);
		each->count++;
	}
	for (size_t i = 0; i < tree->alias_count; i++)
		if (!strncmp(tree->aliases[i].name, word, length))
			find(each, &tree->aliases[i]);
}

size_t tree_each(struct tree *tree, const char *word, tree_found found, void *data)
{
	struct each each = { tree, found, data, 0 };
	struct tree_module *module = tree_find(tree, word);
	const struct tree_alias *alias;
	size_t count;

	if (module) {
		found(tree, module, data);
		each.count++;
	}
	alias = tree_aliases(tree, word, &count);
	for (size_t i = 0; i < count; i++)
		find(&each, &alias[i]);
	for (size_t i = 0; i < tree->pattern_count; i++)
		if (!fnmatch(tree->patterns[i]->name, word, 0))
			find(&each, tree->patterns[i]);
	/* Hardware, as udev has it. */
	for (size_t i = 0; strchr(word, ':') && i < tree->alias_count; i++)
		if (strpbrk(tree->aliases[i].name, "*?[") &&
		    !fnmatch(tree->aliases[i].name, word, 0))
			find(&each, &tree->aliases[i]);
	return each.count;
}

static void want(struct tree *tree, struct tree_module *module, void *unused)
{
	(void)unused;
	want_module(tree, module);
}

size_t tree_want(struct tree *tree, const char *word)
{
	struct each each = { tree, want, NULL, 0 };
	size_t length = strlen(word);

	if (!length || word[length - 1] != '*')
		return tree_each(tree, word, want, NULL);
	find_beginning(&each, word, length - 1);
	return each.count;
}
