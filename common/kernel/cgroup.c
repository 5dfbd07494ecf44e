// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "abi/digest.h"
#include "kernel/cgroup.h"
#include "kernel/pseudofs.h"

/* The handle of a file in kernfs is its number (fs/kernfs/mount.c: kernfs_encode_fh). */
#define HANDLE_KERNFS 0xfe /* include/linux/exportfs.h: FILEID_KERNFS */

static int find_number(int fd, __u64 *number)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount;

	if (name_to_handle_at(fd, "", &u.handle, &mount, AT_EMPTY_PATH))
		return -errno;
	if (u.handle.handle_bytes < sizeof(*number))
		return -ENOTTY;
	memcpy(number, u.handle.f_handle, sizeof(*number));
	return 0;
}

#define ROOT_NUMBER 1 /* fs/kernfs/dir.c: kernfs_create_root */

/*
 * A cgroup2 that is mounted where it usually is, or beside version 1; where @root, one whose root
 * is that of the hierarchy, which a namespace of cgroups hides: there what PID 1 sees is tried
 * first. -ENODEV, and where none of them is mounted -ENOENT.
 */
static int open_mounted(bool root)
{
	static const char *const places[] = {
		"/proc/1/root/sys/fs/cgroup",
		"/proc/1/root/sys/fs/cgroup/unified",
		"/sys/fs/cgroup",
		"/sys/fs/cgroup/unified",
	};
	int err = -ENOENT;

	for (size_t i = root ? 0 : 2; i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct statfs fs;
		struct stat st;

		if (fd >= 0 && !fstatfs(fd, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC) {
			err = -ENODEV;
			if (!root || (!fstat(fd, &st) && st.st_ino == ROOT_NUMBER))
				return fd;
		}
		if (fd >= 0)
			close(fd);
	}
	return err;
}

int cgroup_open_root(void)
{
	int fd = open_mounted(true);

	/* Options of a mount that is there would be lost (kernel/cgroup/cgroup.c). */
	return fd == -ENOENT ? pseudofs_mount("cgroup2") : fd;
}

int cgroup_path(__u64 number, char *path, size_t size)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(number)];
	} u = { .handle = { sizeof(number), HANDLE_KERNFS } };
	int mount = open_mounted(false), fd = -1, err = mount < 0 ? -ENODEV : 0;
	char link[32];
	ssize_t length;

	memcpy(u.handle.f_handle, &number, sizeof(number));
	if (!err && (fd = open_by_handle_at(mount, &u.handle, O_PATH | O_CLOEXEC)) < 0)
		err = -errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!err && (length = readlink(link, path, size)) < 0)
		err = -errno;
	if (!err && ((size_t)length == size || *path != '/'))
		err = -ENAMETOOLONG;
	if (!err)
		path[length] = '\0';
	if (fd >= 0)
		close(fd);
	if (mount >= 0)
		close(mount);
	return err;
}

static int find_one(const char *path, __u64 *number)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
	struct statfs fs;

	if (fd < 0)
		return errno == ENOTDIR ? -ENOTTY : -errno;
	if (fstatfs(fd, &fs))
		err = -errno;
	else if (fs.f_type == CGROUP_SUPER_MAGIC)
		err = -EOPNOTSUPP;
	else if (fs.f_type != CGROUP2_SUPER_MAGIC)
		err = -ENOTTY;
	else
		err = find_number(fd, number);
	if (!err && *number == ROOT_NUMBER)
		err = -ELOOP;
	close(fd);
	return err;
}

bool cgroup_may_come(const char *path)
{
	char above[PATH_MAX], *slash;
	struct statfs fs;

	if (*path != '/' || strlen(path) >= sizeof(above) || !access(path, F_OK) || errno != ENOENT)
		return false;
	strcpy(above, path);
	while ((slash = strrchr(above, '/')) && slash != above) {
		*slash = '\0';
		if (!statfs(above, &fs))
			return fs.f_type == CGROUP2_SUPER_MAGIC;
	}
	return false;
}

static int by_number(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

void cgroup_sort(struct cgroups *cgroups)
{
	size_t kept = 0;

	qsort(cgroups->list, cgroups->count, sizeof(*cgroups->list), by_number);
	for (size_t i = 0; i < cgroups->count; i++)
		if (!i || cgroups->list[i] != cgroups->list[i - 1])
			cgroups->list[kept++] = cgroups->list[i];
	cgroups->count = kept;
}

int cgroup_find(struct cgroups *cgroups, char *const *paths, size_t count, const char **bad)
{
	*bad = "";
	cgroups->count = 0;
	cgroups->list = calloc(count + 1, sizeof(*cgroups->list));
	if (!cgroups->list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = find_one(paths[i], &cgroups->list[i]);

		if (!err)
			continue;
		*bad = paths[i];
		return err;
	}
	cgroups->count = count;
	cgroup_sort(cgroups);
	return 0;
}

void cgroup_into_policy(const struct cgroups *cgroups, struct policy *policy)
{
	policy->cgroups = cgroups->count;
	policy->cgroups_sum = digest(cgroups->list, cgroups->count * sizeof(*cgroups->list));
}
