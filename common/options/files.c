// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "options/files.h"

#define WRONG(error, ...) (snprintf((error)->why, sizeof((error)->why), __VA_ARGS__), -EINVAL)

#define FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FILE_ONLY (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* What others change while it is read, as kubelet does: tried so often. */
#define TRIES 5

/* A ConfigMap's folder has the mode 0777, and is mounted read-only. */
int files_check_owner(int fd, const struct stat *st, char *why, size_t size)
{
	struct statvfs fs;

	if (st->st_uid && st->st_uid != geteuid())
		snprintf(why, size, "it belongs to user %u, not to root", st->st_uid);
	else if (st->st_mode & (S_IWGRP | S_IWOTH) &&
		 (fstatvfs(fd, &fs) || !(fs.f_flag & ST_RDONLY)))
		snprintf(why, size, "others than its owner may write it; run 'chmod go-w'");
	else
		return 0;
	return -EINVAL;
}

static int check_owner(int fd, const struct stat *st, struct settings_error *error)
{
	return files_check_owner(fd, st, error->why, sizeof(error->why));
}

static int check_folder(int fd, struct settings_error *error)
{
	struct stat st;

	return fstat(fd, &st) ? -errno : check_owner(fd, &st, error);
}

/* Reads the link @name into @target: its length, or a negative errno. */
static ssize_t read_link(int folder, const char *name, char target[PATH_MAX])
{
	ssize_t length = readlinkat(folder, name, target, PATH_MAX - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return length;
}

static int open_once(int folder, const char *name, int flags, struct settings_error *error)
{
	char target[PATH_MAX];
	int data, fd, err;

	if (read_link(folder, "..data", target) <= 2 || strncmp(target, "..", 2) ||
	    strchr(target, '/'))
		return -ELOOP;
	data = openat(folder, target, FOLDER);
	if (data < 0)
		return -errno;
	err = check_folder(data, error);
	fd = err ? err : openat(data, name, flags);
	if (!err && fd < 0)
		fd = -errno;
	close(data);
	return fd;
}

/* Opens what the link @name in @folder leads to, if it is one of kubelet's; else -ELOOP. */
static int open_data(int folder, const char *name, int flags, struct settings_error *error)
{
	char target[PATH_MAX], wanted[PATH_MAX];
	int fd = -ELOOP;

	snprintf(wanted, sizeof(wanted), "..data/%s", name);
	if (read_link(folder, name, target) <= 0 || strcmp(target, wanted))
		return -ELOOP;
	for (int i = 0; i < TRIES; i++) {
		fd = open_once(folder, name, flags, error);
		if (fd != -ENOENT)
			break;
	}
	return fd;
}

/* The folder at @error->where by the one above it. */
static int open_folder_data(struct settings_error *error)
{
	char path[sizeof(error->where)], *name;
	int above, fd;

	snprintf(path, sizeof(path), "%s", error->where);
	name = strrchr(path, '/');
	if (!name || name == path)
		return -ELOOP;
	*name++ = '\0';
	above = open(path, FOLDER);
	if (above < 0)
		return -ELOOP;
	fd = check_folder(above, error) ? -ELOOP : open_data(above, name, FOLDER, error);
	close(above);
	return fd;
}

int files_open_folder(struct settings_error *error)
{
	int fd = open(error->where, FOLDER), err;

	if (fd < 0)
		fd = errno == ENOTDIR || errno == ELOOP ? open_folder_data(error) : -errno;
	if (fd == -ELOOP || fd == -ENOTDIR)
		return WRONG(error, "it is a link, or no directory");
	if (fd < 0)
		return fd;
	err = check_folder(fd, error);
	if (!err)
		return fd;
	close(fd);
	return err;
}

bool files_is_mask(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

int files_open(int folder, const char *name, struct stat *st, struct settings_error *error)
{
	int fd = openat(folder, name, FILE_ONLY), err;
	char target[PATH_MAX];

	if (fd < 0)
		fd = -errno;
	if (fd == -ELOOP) {
		fd = open_data(folder, name, FILE_ONLY, error);
		/* Elsewhere another folder would decide what is read. */
		if (fd == -ELOOP && read_link(folder, name, target) > 0 &&
		    !strcmp(target, "/dev/null"))
			fd = open(target, O_RDONLY | O_CLOEXEC);
		else if (fd == -ELOOP)
			return WRONG(error, "it is a link, and neither to /dev/null nor one of a "
					    "ConfigMap");
	}
	if (fd < 0)
		return fd;
	if (fstat(fd, st))
		err = -errno;
	else if (files_is_mask(st))
		err = 0;
	else if (!S_ISREG(st->st_mode))
		err = WRONG(error, "it is not a file");
	else
		err = check_owner(fd, st, error);
	if (!err)
		return fd;
	close(fd);
	return err;
}
