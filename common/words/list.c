// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "words/list.h"
#include "words/profile.h"
#include "kernel/split.h"

static const char *find_alias(const struct operation_words *words, const struct operation *o)
{
	const char *name = o->name;

	if (*o->other)
		return o->other;
	for (const struct operation_word *a = words->aliases; a && a->word; a++)
		if (split_has(a->members, name) && strcmp(a->word, name))
			return a->word;
	return "-";
}

static const char *find_phrase(const struct operation_words *words, const char *name)
{
	for (const struct operation_phrase *p = words->phrases; p && p->name; p++)
		if (!strcmp(p->name, name))
			return p->covers;
	return "new in this kernel";
}

void list_print(const struct operation_words *words, const struct operations *ops,
		enum policy_profile profile)
{
	int width = (int)strlen("OPERATION"), alias_width = (int)strlen("ALIAS");

	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *o = &ops->list[op];
		int length = (int)strlen(o->name), other = (int)strlen(find_alias(words, o));

		width = length > width ? length : width;
		alias_width = other > alias_width ? other : alias_width;
	}
	printf("%-*s %-*s %-16s %-10s %s\n", width, "OPERATION", alias_width, "ALIAS", "CLASS",
	       profile_name(profile), "WHAT");
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *o = &ops->list[op];

		if (*o->name)
			printf("%-*s %-*s %-16s %-10s %s\n", width, o->name, alias_width,
			       find_alias(words, o), o->class,
			       profile == PROFILE_ALLOW || operation_set_has(&ops->uncovered, op)
				       ? "-"
				       : "covered",
			       find_phrase(words, o->name));
	}
}
