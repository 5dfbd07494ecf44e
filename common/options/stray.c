// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/stray.h"
#include "words/near.h"

/* All programs, comma-separated. */
#define PROGRAM(name) #name ","
static const char programs[] =
#include "programs.h"
	;

#define FILE_END ".conf"
#define FOLDER_END ".conf.d"

/* Kept beside a file by an editor, a packager or an administrator, who knows. */
static bool is_kept(const char *name)
{
	static const char *const parts[] = { ".dpkg-", ".ucf-", ".rpm", ".bak", ".orig", ".old" };
	size_t length = strlen(name);

	if (*name == '.' || name[length - 1] == '~' || !strncmp(name, "README", 6))
		return true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length > tail && !strcmp(name + length - tail, end);
}

/* Which of the two ends @end is, or nearly; NULL: neither. */
static const char *find_end(const char *end)
{
	struct near near = { end };

	near_try(&near, FILE_END);
	near_try(&near, FOLDER_END);
	return *end ? near.best : FILE_END;
}

/*
 * Whether @name looks like settings, and those of no program. The program that is meant goes to
 * @near, whose word is in @room.
 */
static bool is_stray(const char *name, struct near *near, char word[NAME_MAX + 1],
		     char room[NEAR_MAX])
{
	size_t length = strcspn(name, ".");
	const char *end = find_end(name + length);

	if (is_kept(name))
		return false;
	snprintf(word, NAME_MAX + 1, "%.*s", (int)length, name);
	*near = (struct near){ word };
	near_try_list(near, programs, room);
	if (!end)
		return ends_in(name, FILE_END) || ends_in(name, FOLDER_END);
	return !near->best ? !strcmp(name + length, end)
			   : near->distance || strcmp(name + length, end);
}

static void print(FILE *stream, const char *folder, const char *name, const char *program)
{
	fprintf(stream, "%s'%s/%s'", ftell(stream) ? ", " : "", folder, name);
	if (program)
		fprintf(stream, " (did you mean %s%s)", program,
			find_end(name + strcspn(name, ".")));
}

static void find_in_folder(FILE *stream, const char *folder, const char *tool, bool among)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char word[NAME_MAX + 1], room[NEAR_MAX];
		struct near near;

		if (!is_stray(entry->d_name, &near, word, room))
			continue;
		if (!find_end(entry->d_name + strlen(word)))
			near.best = NULL;
		if (near.best ? !strcmp(near.best, tool) : !among)
			print(stream, folder, entry->d_name, near.best);
	}
	if (dir)
		closedir(dir);
}

/* Of drop-ins, what does not end as they do. */
static void find_drop_ins(FILE *stream, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!is_kept(entry->d_name) && !ends_in(entry->d_name, FILE_END))
			print(stream, folder, entry->d_name, NULL);
	if (dir)
		closedir(dir);
}

char *stray_find(const char *root, const char *tool, bool among)
{
	char folder[512], drop_ins[1024], *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	snprintf(folder, sizeof(folder), "%s/etc/bpflock", root);
	snprintf(drop_ins, sizeof(drop_ins), "%s/%s.conf.d", folder, tool);
	find_in_folder(stream, folder, tool, among);
	find_drop_ins(stream, drop_ins);
	fclose(stream);
	if (size)
		return text;
	free(text);
	return NULL;
}
