// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "list.h"

static bool has_member(const char *members, const char *name)
{
	size_t length = strlen(name);

	for (const char *m = members; (m = strstr(m, name)); m += length)
		if ((m == members || m[-1] == ',') && (m[length] == '\0' || m[length] == ','))
			return true;
	return false;
}

static const char *find_alias(const struct tool *tool, const struct operation *o)
{
	const char *name = o->name;

	if (*o->other)
		return o->other;
	for (const struct operation_word *a = tool->words.aliases; a && a->word; a++)
		if (has_member(a->members, name) && strcmp(a->word, name))
			return a->word;
	return "-";
}

static const char *find_phrase(const struct tool *tool, const char *name)
{
	for (const struct operation_phrase *p = tool->words.phrases; p && p->name; p++)
		if (!strcmp(p->name, name))
			return p->covers;
	return "new in this kernel";
}

void list_print(const struct tool *tool, const struct operations *ops,
		const struct operation_set *outside, enum policy_profile profile)
{
	printf("%-25s %-25s %-16s %-10s %s\n", "OPERATION", "ALIAS", "CLASS",
	       options_profile_name(profile), "WHAT");
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *o = &ops->list[op];

		if (*o->name)
			printf("%-25s %-25s %-16s %-10s %s\n", o->name, find_alias(tool, o),
			       o->class,
			       profile == PROFILE_ALLOW || operation_set_has(outside, op)
				       ? "-"
				       : "covered",
			       find_phrase(tool, o->name));
	}
}
