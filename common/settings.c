// SPDX-License-Identifier: GPL-2.0-only
/* Which files are the settings of a program, and whether they are safe to believe. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "config.h"

#define FILE_MAX (64 * 1024)
#define DROP_INS_MAX 256

static const char *const folders[] = { "/etc/bpflock", "/run/bpflock", "/usr/lib/bpflock" };

#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

#define UNSAFE(error, ...) (snprintf((error)->why, sizeof((error)->why), __VA_ARGS__), -EINVAL)

/* Only root decides what is decided. */
static int check_owner(const struct stat *st, struct config_error *error)
{
	if (st->st_uid && st->st_uid != geteuid())
		return UNSAFE(error, "it belongs to user %u, not to root", st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return UNSAFE(error, "others than its owner may write it; run 'chmod go-w'");
	return 0;
}

/* Opens the folder at @error->where: a descriptor, or a negative errno. */
static int open_folder(struct config_error *error)
{
	int fd = open(error->where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return UNSAFE(error, "it is a link, or no directory");
	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) ? -errno : check_owner(&st, error);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/*
 * Opens @name in @folder: a descriptor, or a negative errno. A link is only followed to
 * /dev/null, which masks: elsewhere another folder would decide what is read.
 */
static int open_file(int folder, const char *name, struct stat *st, struct config_error *error)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char target[16];
	ssize_t length;
	int err;

	if (fd < 0 && errno == ELOOP) {
		length = readlinkat(folder, name, target, sizeof(target));
		if (length == (ssize_t)strlen("/dev/null") && !memcmp(target, "/dev/null", 9))
			fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		else
			return UNSAFE(error, "it is a link, and not to /dev/null");
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, st))
		err = -errno;
	else if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3))
		err = 0;
	else if (!S_ISREG(st->st_mode))
		err = UNSAFE(error, "it is not a file");
	else
		err = check_owner(st, error);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int read_file(struct options *options, int folder, const char *name, bool origins,
		     struct config_error *error)
{
	struct stat st;
	int fd = open_file(folder, name, &st, error), err = 0;
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
	size = err ? 0 : fread(text, 1, FILE_MAX, stream);
	if (!err && ferror(stream))
		err = -EIO;
	else if (size == FILE_MAX)
		err = UNSAFE(error, "it is too large");
	else if (!err)
		err = config_parse(options, text, size, origins, &line, error->why,
				   sizeof(error->why));
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
static int find_drop_ins(struct drop_ins *found, size_t folder, struct config_error *error)
{
	size_t before = found->count;
	int fd = open_folder(error);
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
			return UNSAFE(error, "more than %d drop-ins", DROP_INS_MAX);
		}
		strcpy(found->list[found->count].name, entry->d_name);
		found->list[found->count++].folder = folder;
	}
	closedir(dir);
	return 0;
}

/* Reads @name in the folder at @error->where, to which the name is added. */
static int read_in_folder(struct options *options, const char *name, bool origins,
			  struct config_error *error)
{
	size_t length = strlen(error->where);
	int folder = open_folder(error), err;

	if (folder < 0)
		return folder;
	snprintf(error->where + length, sizeof(error->where) - length, "/%s", name);
	err = read_file(options, folder, name, origins, error);
	close(folder);
	return err;
}

#define WHERE(error, ...) snprintf((error)->where, sizeof((error)->where), __VA_ARGS__)

static int read_main(struct options *options, const char *root, const char *program, bool origins,
		     struct config_error *error)
{
	char name[NAME_MAX + 1];
	int err = -ENOENT;

	snprintf(name, sizeof(name), "%s.conf", program);
	for (size_t i = 0; i < FOLDERS && err == -ENOENT; i++) {
		WHERE(error, "%s%s", root, folders[i]);
		err = read_in_folder(options, name, origins, error);
	}
	return err == -ENOENT ? 0 : err;
}

int config_read(struct options *options, const char *root, const char *program, bool origins,
		struct config_error *error)
{
	struct drop_ins *found = calloc(1, sizeof(*found));
	int err = found ? 0 : -ENOMEM;

	*error = (struct config_error){ 0 };
	if (!err)
		err = read_main(options, root, program, origins, error);
	for (size_t i = 0; i < FOLDERS && !err; i++) {
		WHERE(error, "%s%s/%s.conf.d", root, folders[i], program);
		err = find_drop_ins(found, i, error);
	}
	if (!err)
		qsort(found->list, found->count, sizeof(found->list[0]), by_name);
	for (size_t i = 0; !err && i < found->count; i++) {
		WHERE(error, "%s%s/%s.conf.d", root, folders[found->list[i].folder], program);
		err = read_in_folder(options, found->list[i].name, origins, error);
	}
	free(found);
	return err;
}
