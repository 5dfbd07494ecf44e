// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "words/operations.h"
#include "kernel/split.h"

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

void operations_describe(struct operations *ops, const struct operation_phrase *phrases)
{
	for (; phrases->name; phrases++) {
		int op = operations_find(ops, phrases->name);

		if (op >= 0)
			ops->list[op].text = phrases->text;
	}
}

void operations_event(struct operations *ops, const char *decides, const char *event)
{
	for (int op = 0; op < OPERATIONS_MAX; op++)
		if (!ops->list[op].event &&
		    (!decides || (*ops->list[op].name && split_has(decides, ops->list[op].name))))
			ops->list[op].event = event;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name), tail = strlen(suffix);

	return length >= tail && !strcmp(name + length - tail, suffix);
}

/* Two entries of one number: the first is the name, the later one an alias (BPF_PROG_RUN). */
static void add_entry(struct operation *op, const char *word)
{
	char *name = *op->name ? op->other : op->name;

	snprintf(name, OPERATION_NAME_MAX, "%s", word);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

int operations_add_enum(struct operations *ops, enum btf_name name, const char *prefix)
{
	const struct btf_type *type = btf_enum_type(&ops->btf, name);
	const struct btf_enum *entry = type ? btf_enum(type) : NULL;
	int bound = INT_MAX;

	if (!type)
		return -ENOENT;
	for (int i = 0; i < btf_vlen(type); i++, entry++) {
		const char *word = btf__name_by_offset(ops->btf.btf, entry->name_off);

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
		struct split members = split_list(words->members);

		if (strcmp(words->word, word))
			continue;
		while (split_next(&members)) {
			char name[OPERATION_NAME_MAX];
			int op;

			snprintf(name, sizeof(name), "%.*s", (int)members.length, members.item);
			op = operations_find(ops, name);
			if (op < 0)
				continue;
			operation_set_add(set, (unsigned int)op);
			found = true;
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

/* Adds what @item says to @set, or takes it out where it begins with '-' and is not the @first. */
static int apply_item(const struct operations *ops, const struct operation_words *words,
		      const char *item, bool first, struct operation_set *set)
{
	struct operation_set out = { 0 };
	int err;

	if (first || *item != '-')
		return add_item(ops, words, item, set);
	err = add_item(ops, words, item + 1, &out);
	for (size_t i = 0; !err && i < sizeof(out.bits) / sizeof(out.bits[0]); i++)
		set->bits[i] &= ~out.bits[i];
	return err;
}

int operations_parse(const struct operations *ops, const struct operation_words *words,
		     const char *list, struct operation_set *set, char *bad, size_t size)
{
	struct split items = split_list(list);
	struct operation_set said = { 0 };
	int err = *list ? 0 : -EINVAL;
	bool first = true;

	*bad = '\0';
	while (!err && split_next(&items)) {
		char *item;

		split_trim(&items);
		item = strndup(items.item, items.length);
		err = item ? apply_item(ops, words, item, first, &said) : -ENOMEM;
		if (err && item)
			snprintf(bad, size, "%s", item);
		free(item);
		first = false;
	}
	for (size_t i = 0; !err && i < sizeof(said.bits) / sizeof(said.bits[0]); i++)
		set->bits[i] |= said.bits[i];
	return err;
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
