// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/request.h"

int options_append(char **list, const char *more)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *list ? *list : "", *list ? "," : "", more) < 0)
		return -ENOMEM;
	free(*list);
	*list = joined;
	return 0;
}

int options_add(char ***list, size_t *count, char *word)
{
	char **more = reallocarray(*list, *count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	more[(*count)++] = word;
	*list = more;
	return 0;
}

void options_forget(char ***list, size_t *count)
{
	free(*list);
	*list = NULL;
	*count = 0;
}

int options_note(struct options *options, const char *key, size_t end, const char *where)
{
	struct options_place *more;
	char *copy;

	if (!end) {
		for (size_t i = 0; i < options->place_count; i++)
			if (!strcmp(options->places[i].key, key))
				options->places[i].key = "";
		return 0;
	}
	more = reallocarray(options->places, options->place_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	options->places = more;
	copy = strdup(where);
	if (!copy)
		return -ENOMEM;
	more[options->place_count++] = (struct options_place){ key, end, copy };
	return 0;
}

const char *options_where(const struct options *options, const char *key, size_t at)
{
	for (size_t i = 0; i < options->place_count; i++)
		if (!strcmp(options->places[i].key, key) && at < options->places[i].end)
			return options->places[i].where;
	return NULL;
}
