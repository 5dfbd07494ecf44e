// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options/files.h"
#include "options/keys.h"
#include "options/settings.h"
#include "words/near.h"

#define FILE_MAX (64 * 1024)
#define DROP_INS_MAX 256

static const char *const folders[] = { "/etc/bpflock", "/run/bpflock", "/usr/lib/bpflock" };

#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

#define WRONG(error, ...) (snprintf((error)->why, sizeof((error)->why), __VA_ARGS__), -EINVAL)

static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int unknown_key(const char *name, unsigned kinds, struct settings_error *error)
{
	char *known = keys_names(kinds), room[NEAR_MAX];
	struct near near = { name };
	int err;

	near_try_list(&near, known, room);
	err = WRONG(error, "unknown key '%.64s': known are %s%s%s", name, known ? known : "",
		    NEAR_MEANT(near));
	free(known);
	return err;
}

static int parse_line(struct options *options, char *line, unsigned number, unsigned kinds,
		      struct settings_error *error)
{
	char where[sizeof(error->where) + 16];
	struct value value = { options, where };
	char *equals, *name, *word;
	int err;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	equals = strchr(line, '=');
	if (!equals)
		return WRONG(error, "'%.64s' is not KEY = VALUE", line);
	*equals = '\0';
	name = trim(line);
	snprintf(where, sizeof(where), "%s:%u", error->where, number);
	for (const struct key *key = keys; key->name; key++) {
		if (strcmp(key->name, name) || !key->in_file || !keys_has(key, kinds))
			continue;
		word = trim(equals + 1);
		value.key = key->name;
		err = key->set(&value, word);
		return err == -EINVAL
			       ? WRONG(error, "%s%s", value.why,
				       strstr(word, " #") ? "; a comment has a line of its own"
							  : "")
			       : err;
	}
	return unknown_key(name, kinds, error);
}

int settings_parse(struct options *options, const char *text, size_t size, unsigned kinds,
		   unsigned *line, struct settings_error *error)
{
	const char *end = text + size;
	int err = 0;

	for (*line = 1; text < end && !err; ++*line) {
		const char *next = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((next ? next : end) - text);
		char *copy = strndup(text, length);

		if (!copy)
			return -ENOMEM;
		if (memchr(text, '\0', length))
			err = WRONG(error, "a byte of the line is 0");
		else
			err = parse_line(options, copy, *line, kinds, error);
		if (options->lenient)
			err = 0;
		free(copy);
		text += length + 1;
	}
	--*line;
	return err;
}

/* Keeps which file was read, or masks. */
static int note_file(struct options *options, const char *where, bool masks)
{
	char *kept = strdup(where);
	int err = kept ? 0 : -ENOMEM;

	if (masks)
		options->masked = kept;
	else if (!err)
		err = options_add(&options->files, &options->file_count, kept);
	return err;
}

static int read_file(struct options *options, int folder, const char *name, unsigned kinds,
		     struct settings_error *error)
{
	struct stat st;
	int fd = files_open(folder, name, &st, error), err = 0;
	size_t length = strlen(error->where);
	unsigned line = 0;
	FILE *stream;
	char *text;
	size_t size;

	if (fd < 0)
		return fd;
	stream = fdopen(fd, "r");
	text = malloc(FILE_MAX);
	if (!stream || !text)
		err = -ENOMEM;
	else if (!files_is_mask(&st))
		err = note_file(options, error->where, false);
	else if (!strstr(error->where, ".conf.d/"))
		err = note_file(options, error->where, true);
	size = err ? 0 : fread(text, 1, FILE_MAX, stream);
	if (!err && ferror(stream))
		err = -EIO;
	else if (size == FILE_MAX)
		err = WRONG(error, "it is too large");
	else if (!err)
		err = settings_parse(options, text, size, kinds, &line, error);
	if (err == -EINVAL && line)
		snprintf(error->where + length, sizeof(error->where) - length, ":%u", line);
	free(text);
	if (stream)
		fclose(stream);
	else
		close(fd);
	return err;
}

struct drop_ins {
	struct drop_in {
		char name[NAME_MAX + 1];
		size_t folder;
	} list[DROP_INS_MAX];
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct drop_in *)a)->name, ((const struct drop_in *)b)->name);
}

/* Adds the *.conf of @folder whose names are not there yet. */
static int find_drop_ins(struct drop_ins *found, size_t folder, struct settings_error *error)
{
	size_t before = found->count;
	int fd = files_open_folder(error);
	struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name), i = 0;

		if (*entry->d_name == '.' || length <= 5 ||
		    strcmp(entry->d_name + length - 5, ".conf"))
			continue;
		while (i < before && strcmp(found->list[i].name, entry->d_name))
			i++;
		if (i < before)
			continue;
		if (found->count == DROP_INS_MAX) {
			closedir(dir);
			return WRONG(error, "more than %d drop-ins", DROP_INS_MAX);
		}
		strcpy(found->list[found->count].name, entry->d_name);
		found->list[found->count++].folder = folder;
	}
	closedir(dir);
	return 0;
}

/* Reads @name in the folder at @error->where, to which the name is added. */
static int read_in_folder(struct options *options, const char *name, unsigned kinds,
			  struct settings_error *error)
{
	size_t length = strlen(error->where);
	int folder = files_open_folder(error), err;

	if (folder < 0)
		return folder;
	snprintf(error->where + length, sizeof(error->where) - length, "/%s", name);
	err = read_file(options, folder, name, kinds, error);
	close(folder);
	return err;
}

#define WHERE(error, ...) snprintf((error)->where, sizeof((error)->where), __VA_ARGS__)

static int read_main(struct options *options, const char *root, const char *tool, unsigned kinds,
		     struct settings_error *error)
{
	char name[NAME_MAX + 1];
	int err = -ENOENT;

	snprintf(name, sizeof(name), "%s.conf", tool);
	for (size_t i = 0; i < FOLDERS && err == -ENOENT; i++) {
		WHERE(error, "%s%s", root, folders[i]);
		err = read_in_folder(options, name, kinds, error);
	}
	return err == -ENOENT ? 0 : err;
}

static int read_drop_ins(struct options *options, const char *root, const char *tool,
			 unsigned kinds, struct settings_error *error)
{
	struct drop_ins *found = calloc(1, sizeof(*found));
	int err = found ? 0 : -ENOMEM;

	for (size_t i = 0; i < FOLDERS && !err; i++) {
		WHERE(error, "%s%s/%s.conf.d", root, folders[i], tool);
		err = find_drop_ins(found, i, error);
		if (options->lenient)
			err = 0;
	}
	if (!err)
		qsort(found->list, found->count, sizeof(found->list[0]), by_name);
	for (size_t i = 0; !err && i < found->count; i++) {
		WHERE(error, "%s%s/%s.conf.d", root, folders[found->list[i].folder], tool);
		err = read_in_folder(options, found->list[i].name, kinds, error);
		if (options->lenient)
			err = 0;
	}
	free(found);
	return err;
}

int settings_read(struct options *options, const char *root, const char *tool, unsigned kinds,
		  struct settings_error *error)
{
	int err;

	*error = (struct settings_error){ 0 };
	err = read_main(options, root, tool, kinds, error);
	if ((err && !options->lenient) || options->masked)
		return err;
	return read_drop_ins(options, root, tool, kinds, error);
}
