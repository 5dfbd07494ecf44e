// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "records/names.h"

/* The name at @at, which it moves behind it; NULL behind the last. */
static const char *next(const struct record_names *names, size_t *at)
{
	const char *name = names->text + *at;

	if (*at >= names->length || *at >= sizeof(names->text))
		return NULL;
	*at += strnlen(name, sizeof(names->text) - *at) + 1;
	return name;
}

void names_of_cgroup(const struct record_names *names, char *path, size_t size)
{
	size_t at = 0, length = 0;
	const char *name;

	snprintf(path, size, "/");
	while ((name = next(names, &at)) && length + 1 < size) {
		snprintf(path + length, size - length, "/%s", name);
		length += strlen(path + length);
	}
	if (names->rest == NAMES_MORE)
		snprintf(path + length, size - length, "/...");
}

void names_of_exe(const struct record_names *names, char *path, size_t size)
{
	const char *list[RECORD_NAMES_DEPTH], *name;
	size_t count = 0, length = 0, at = 0;

	while (count < RECORD_NAMES_DEPTH && (name = next(names, &at)))
		list[count++] = name;
	*path = '\0';
	if (names->rest == NAMES_MORE)
		length = (size_t)snprintf(path, size, "...");
	while (count-- && length + 1 < size) {
		snprintf(path + length, size - length, "%s%s", names->rest == NAMES_ONE ? "" : "/",
			 list[count]);
		length += strlen(path + length);
	}
}
