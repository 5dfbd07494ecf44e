// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>

#include "kernel/split.h"

struct split split_list(const char *list)
{
	return (struct split){ .rest = list && *list ? list : NULL };
}

bool split_next(struct split *split)
{
	if (!split->rest)
		return false;
	split->item = split->rest;
	split->length = strcspn(split->item, ",");
	split->rest = split->item[split->length] ? split->item + split->length + 1 : NULL;
	return true;
}

void split_trim(struct split *split)
{
	while (split->length && isblank((unsigned char)*split->item)) {
		split->item++;
		split->length--;
	}
	while (split->length && isblank((unsigned char)split->item[split->length - 1]))
		split->length--;
}

bool split_is(const struct split *split, const char *word)
{
	return strlen(word) == split->length && !strncmp(split->item, word, split->length);
}

bool split_has(const char *list, const char *word)
{
	struct split split = split_list(list);

	while (split_next(&split))
		if (split_is(&split, word))
			return true;
	return false;
}
