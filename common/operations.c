// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "operations.h"

void operation_set_add(struct operation_set *set, unsigned int op)
{
	set->bits[op / 64] |= 1ULL << (op % 64);
}

void operations_add(struct operations *ops, unsigned int op, const char *name, const char *class)
{
	struct operation *operation = &ops->list[op];

	snprintf(operation->name, sizeof(operation->name), "%s", name);
	operation->class = class;
}

void operations_describe(struct operations *ops, const struct operation_phrase *phrases,
			 const char *hook)
{
	for (int op = 0; op < OPERATIONS_MAX; op++)
		ops->list[op].hook = hook;
	for (; phrases->name; phrases++) {
		int op = operations_find(ops, phrases->name);

		if (op >= 0)
			ops->list[op].text = phrases->text;
	}
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);

	return length >= tail && !strcmp(name + length - tail, suffix);
}

/* The first name stays: the kernel adds its second thoughts below it. */
static void add_entry(struct operation *op, const char *word)
{
	char *name = *op->name ? op->other : op->name;

	snprintf(name, OPERATION_NAME_MAX, "%s", word);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

int operations_add_enum(struct operations *ops, const struct btf *btf, const char *name,
			const char *prefix)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_ENUM);
	const struct btf_type *type;
	const struct btf_enum *entry;
	int bound = INT_MAX;

	if (id < 0)
		return -ENOENT;
	type = btf__type_by_id(btf, id);
	entry = btf_enum(type);
	for (int i = 0; i < btf_vlen(type); i++, entry++) {
		const char *word = btf__name_by_offset(btf, entry->name_off);

		if (!strncmp(word, "__MAX_", 6))
			bound = entry->val;
		if (strncmp(word, prefix, strlen(prefix)) || has_suffix(word, "_MAX") ||
		    has_suffix(word, "_NONE") || (entry->val > 0 && entry->val >= bound))
			continue;
		/* The last number is the program's own. */
		if (entry->val < 0 || entry->val >= OPERATIONS_MAX - 1)
			return -E2BIG;
		add_entry(&ops->list[entry->val], word + strlen(prefix));
	}
	return 0;
}

bool operations_listed(const struct operations *ops, unsigned int op)
{
	const struct operation *o = &ops->list[op];

	return *o->name && !(o->class && !strcmp(o->class, OPERATION_RECORDED));
}

int operations_find(const struct operations *ops, const char *name)
{
	for (int op = 0; op < OPERATIONS_MAX; op++)
		if (*name &&
		    (!strcmp(ops->list[op].name, name) || !strcmp(ops->list[op].other, name)))
			return op;
	return -ENOENT;
}

static bool add_class(const struct operations *ops, const char *class, struct operation_set *set)
{
	bool found = false;

	for (unsigned int op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *o = &ops->list[op];

		if (!operations_listed(ops, op) ||
		    (strcmp(class, "all") && (!o->class || strcmp(class, o->class))))
			continue;
		operation_set_add(set, op);
		found = true;
	}
	return found;
}

/* Members that this kernel lacks are left out: a group is not tied to a version. */
static bool add_word(const struct operations *ops, const struct operation_word *words,
		     const char *word, struct operation_set *set)
{
	bool found = false;

	for (; words && words->word; words++) {
		const char *member = words->members;

		if (strcmp(words->word, word))
			continue;
		while (*member) {
			size_t length = strcspn(member, ",");
			char name[OPERATION_NAME_MAX];
			int op;

			snprintf(name, sizeof(name), "%.*s", (int)length, member);
			op = operations_find(ops, name);
			if (op >= 0) {
				operation_set_add(set, (unsigned int)op);
				found = true;
			}
			member += length + (member[length] == ',');
		}
	}
	return found;
}

static int add_item(const struct operations *ops, const struct operation_words *words,
		    const char *item, struct operation_set *set)
{
	int op;

	if (!*item)
		return -EINVAL;
	if (add_word(ops, words->aliases, item, set) || add_word(ops, words->groups, item, set) ||
	    add_class(ops, item, set))
		return 0;
	op = operations_find(ops, item);
	if (op < 0 || !operations_listed(ops, (unsigned int)op))
		return -ENOENT;
	operation_set_add(set, (unsigned int)op);
	return 0;
}

int operations_parse(const struct operations *ops, const struct operation_words *words,
		     const char *list, struct operation_set *set, char *bad, size_t size)
{
	for (;;) {
		size_t length = strcspn(list, ",");
		char *item = strndup(list, length);
		int err = item ? add_item(ops, words, item, set) : -ENOMEM;

		if (err && item)
			snprintf(bad, size, "%s", item);
		free(item);
		if (err || !list[length])
			return err;
		list += length + 1;
	}
}

char *operations_names(const struct operations *ops, const struct operation_set *set)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	const char *comma = "";

	if (!stream)
		return NULL;
	for (unsigned int op = 0; op < OPERATIONS_MAX; op++) {
		if (!operations_listed(ops, op) || (set && !operation_set_has(set, op)))
			continue;
		fprintf(stream, "%s%s", comma, ops->list[op].name);
		comma = ",";
	}
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}
