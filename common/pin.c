// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "pin.h"

/* bpffs refuses a dot in a name (kernel/bpf/inode.c: bpf_lookup). */
#define NEXT "-next"

static void pin_path(char path[PIN_PATH_MAX], const char *program, const char *suffix,
		     const char *name)
{
	snprintf(path, PIN_PATH_MAX, PIN_ROOT "/%s%s%s%s", program, suffix, name ? "/" : "",
		 name ? name : "");
}

int pin_lock(void)
{
	struct statfs fs;
	int fd;

	if (statfs(PIN_BPFFS, &fs))
		return -errno;
	if (fs.f_type != BPF_FS_MAGIC && mount("bpf", PIN_BPFFS, "bpf", 0, "mode=0700"))
		return -errno;
	if (mkdir(PIN_ROOT, 0700) && errno != EEXIST)
		return -errno;
	fd = open(PIN_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX)) {
		if (errno != EINTR) {
			int err = -errno;

			close(fd);
			return err;
		}
	}
	return fd;
}

bool pin_exists(const char *program)
{
	char path[PIN_PATH_MAX];

	pin_path(path, program, "", NULL);
	return !access(path, F_OK);
}

static bool pin_kept(const char *name, const struct pin_link *links, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(links[i].name, name))
			return true;
	return false;
}

/* Removes from the directory all but the names in @links. */
static int prune(const char *path, const struct pin_link *links, int count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!pin_kept(entry->d_name, links, count) &&
		    unlinkat(dirfd(dir), entry->d_name, 0))
			err = -errno;
	}
	closedir(dir);
	return err;
}

static int remove_directory(const char *path)
{
	int err = prune(path, NULL, 0);

	if (err)
		return err;
	return rmdir(path) ? -errno : 0;
}

int pin_replace(const char *program, const struct pin_link *links, int count)
{
	char next[PIN_PATH_MAX], path[PIN_PATH_MAX], from[PIN_PATH_MAX], to[PIN_PATH_MAX];
	int err;

	pin_path(next, program, NEXT, NULL);
	pin_path(path, program, "", NULL);
	err = remove_directory(next);
	if (err && err != -ENOENT)
		return err;
	if (mkdir(next, 0700))
		return -errno;
	for (int i = 0; i < count; i++) {
		pin_path(to, program, NEXT, links[i].name);
		err = bpf_link__pin(links[i].link, to);
		if (err)
			goto undo;
	}
	if (mkdir(path, 0700) && errno != EEXIST) {
		err = -errno;
		goto undo;
	}
	/* rename(2) over a pin drops the old link; Linux 5.10 has no exchange on bpffs. */
	for (int i = 0; i < count; i++) {
		pin_path(from, program, NEXT, links[i].name);
		pin_path(to, program, "", links[i].name);
		if (rename(from, to)) {
			err = -errno;
			goto undo;
		}
	}
	err = prune(path, links, count);
undo:
	remove_directory(next);
	return err;
}

int pin_remove(const char *program)
{
	char path[PIN_PATH_MAX];
	int err;

	pin_path(path, program, NEXT, NULL);
	err = remove_directory(path);
	if (err && err != -ENOENT)
		return err;
	pin_path(path, program, "", NULL);
	return remove_directory(path);
}
