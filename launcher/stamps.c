// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "launcher.h"

const char *stamp_find(const char *stamp, const char *word)
{
	size_t length = strlen(word);

	for (; stamp && *stamp; stamp = strchr(stamp, '\n'), stamp += stamp ? 1 : 0) {
		if (!strncmp(stamp, word, length) && stamp[length] == ' ')
			return stamp + length + 1;
		if (!strchr(stamp, '\n'))
			break;
	}
	return NULL;
}

bool stamp_has(const char *stamp, const char *word, const char *item)
{
	const char *list = stamp_find(stamp, word);
	size_t length = strlen(item);

	while (list && *list && *list != '\n') {
		size_t end = strcspn(list, ",\n");

		if (end == length && !strncmp(list, item, length))
			return true;
		list += end + (list[end] == ',');
	}
	return false;
}

bool stamp_denies(const char *stamp)
{
	const char *list = stamp_find(stamp, "denied");

	return list && *list && *list != '\n';
}

void stamps_free(struct launcher_stamps *stamps)
{
	for (size_t i = 0; i < launcher_count; i++)
		free(stamps->of[i]);
}
