// SPDX-License-Identifier: GPL-2.0-only
/* The keys of the list: what it names, what that needs, and whatever else both are called. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

/* Adds @size bytes at @key: 0 or -ENOMEM. */
static int add_key(struct names *to, const void *key, size_t size)
{
	to->size = size;
	/* At each power of two. */
	if (!(to->count & (to->count - 1))) {
		void *more = reallocarray(to->list, to->count ? to->count * 2 : 1, size);

		if (!more)
			return -ENOMEM;
		to->list = more;
	}
	memcpy((char *)to->list + size * to->count++, key, size);
	return 0;
}

/* @name, or where @begins all that begin with it. What is longer is never asked for. */
static int add_name(struct trusted *to, enum kmodlock_name_kind kind, const char *name,
		    size_t length, bool begins)
{
	struct kmodlock_listed key = { .kind = kind };

	if (length >= KMODLOCK_NAME_MAX)
		return 0;
	memcpy(key.name, name, length);
	key.bits = 8 * (sizeof(key.kind) + (__u32)length);
	return begins ? add_key(&to->beginnings, &key, sizeof(key))
		      : add_key(&to->names, &key.kind, KMODLOCK_LISTED_SIZE);
}

static int add_whole(struct trusted *to, enum kmodlock_name_kind kind, const char *name)
{
	return add_name(to, kind, name, strlen(name), false);
}

#define CRYPTO "crypto_"

/*
 * "crypto-NAME" is also asked for as "crypto-NAME-all", and made of it and others
 * "crypto-NAME(OTHER)" (crypto/api.c: crypto_larval_lookup), for which there is no module.
 */
static int add_crypto(struct trusted *to, const char *name)
{
	char other[KMODLOCK_NAME_MAX + 8];
	size_t length = strlen(name);
	int err;

	if (strncmp(name, CRYPTO, strlen(CRYPTO)) || length >= KMODLOCK_NAME_MAX)
		return 0;
	memcpy(other, name, length);
	strcpy(other + length, "_all");
	err = add_whole(to, KMODLOCK_NAME_REQUEST, other);
	if (err || strchr(name, '('))
		return err;
	other[length] = '(';
	return add_name(to, KMODLOCK_NAME_REQUEST, other, length + 1, true);
}

/* Another name of a module. Hardware's are for udev, which loads by the module's own. */
static int add_alias(struct trusted *to, const char *name)
{
	size_t length = strlen(name);
	const char *star = strchr(name, '*');
	int err;

	if (strpbrk(name, ":?[") || (star && star[1]))
		return 0;
	if (star) /* "block-major-7-*": a number follows */
		return length > 4 && name[length - 2] == '_'
			       ? add_name(to, KMODLOCK_NAME_REQUEST, name, length - 1, true)
			       : 0;
	err = add_whole(to, KMODLOCK_NAME_REQUEST, name);
	return err ? err : add_crypto(to, name);
}

/* The wanted modules, and what is in the kernel: for that nothing is loaded. */
static int add_tree(struct trusted *to, const struct tree *tree)
{
	int err = 0;

	for (size_t i = 0; i < tree->module_count && !err; i++) {
		const struct tree_module *module = &tree->modules[i];

		if (module->wanted && !module->builtin)
			err = add_whole(to, KMODLOCK_NAME_MODULE, module->name);
		if (!err && (module->wanted || module->builtin))
			err = add_whole(to, KMODLOCK_NAME_REQUEST, module->name);
	}
	for (size_t i = 0; i < tree->alias_count && !err; i++) {
		const struct tree_alias *alias = &tree->aliases[i];
		const struct tree_module *module = alias->soft ? NULL : tree_find(tree, alias->to);

		if (module && (module->wanted || module->builtin))
			err = add_alias(to, alias->name);
	}
	return err;
}

static int by_bytes(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

static void sort(struct names *names)
{
	size_t kept = 0, size = names->size;
	char *list = names->list;

	if (!names->count)
		return;
	qsort_r(list, names->count, size, by_bytes, &size);
	for (size_t i = 0; i < names->count; i++)
		if (!i || memcmp(list + i * size, list + (kept - 1) * size, size))
			memmove(list + kept++ * size, list + i * size, size);
	names->count = kept;
}

int list_keys(const struct list *list, struct tree *tree, struct trusted *to,
	      void (*missing)(const struct list_word *word, void *data), void *data)
{
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++) {
		const char *word = list->words[i].word;
		size_t length = strlen(word);
		bool begins = word[length - 1] == '*', found = tree_want(tree, word);

		err = add_name(to, KMODLOCK_NAME_REQUEST, word, length - begins, begins);
		if (!err && !begins)
			err = add_crypto(to, word);
		if (found)
			continue;
		/* It may come from elsewhere than the tree. */
		if (!err && !begins)
			err = add_whole(to, KMODLOCK_NAME_MODULE, word);
		missing(&list->words[i], data);
	}
	if (!err)
		err = add_tree(to, tree);
	sort(&to->names);
	sort(&to->beginnings);
	return err;
}
