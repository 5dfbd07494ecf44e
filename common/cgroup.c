// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "cgroup.h"
#include "digest.h"

#define MAP "trusted_cgroups"

/* The handle of a file in kernfs is its number (fs/kernfs/mount.c: kernfs_encode_fh). */
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
	close(fd);
	return err;
}

static int by_number(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

int cgroup_find(struct cgroups *cgroups, char *const *paths, size_t count, const char **bad)
{
	size_t kept = 0;

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
	qsort(cgroups->list, count, sizeof(*cgroups->list), by_number);
	for (size_t i = 0; i < count; i++)
		if (!i || cgroups->list[i] != cgroups->list[i - 1])
			cgroups->list[kept++] = cgroups->list[i];
	cgroups->count = kept;
	return 0;
}

void cgroup_into_policy(const struct cgroups *cgroups, struct policy *policy)
{
	policy->cgroups = cgroups->count;
	policy->cgroups_sum = digest(cgroups->list, cgroups->count * sizeof(*cgroups->list));
}

int cgroup_reserve(const struct cgroups *cgroups, struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, MAP);

	return cgroups->count ? bpf_map__set_max_entries(map, (__u32)cgroups->count) : 0;
}

int cgroup_freeze(const struct cgroups *cgroups, const struct bpf_object *object)
{
	int fd = bpf_object__find_map_fd_by_name(object, MAP);
	__u32 value = 1;

	for (size_t i = 0; i < cgroups->count; i++)
		if (bpf_map_update_elem(fd, &cgroups->list[i], &value, BPF_ANY))
			return errno == E2BIG ? -EBADE : -errno;
	if (bpf_map_freeze(fd))
		return -errno;
	/* As many as there is room for: with all of them in it, no other is. */
	for (size_t i = 0; i < cgroups->count; i++)
		if (bpf_map_lookup_elem(fd, &cgroups->list[i], &value))
			return -EBADE;
	return 0;
}
