// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "pins/objects.h"

bool objects_link(int fd, struct bpf_link_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, info, &size);
}

bool objects_prog(int fd, struct bpf_prog_info *info, __u32 *maps, __u32 room)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	info->map_ids = (__u64)(unsigned long)maps;
	info->nr_map_ids = room;
	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, info, &size);
}

static bool map_is(__u32 id, const char *name)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);
	bool is = fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) &&
		  !strncmp(info.name, name, sizeof(info.name) - 1);

	if (fd >= 0)
		close(fd);
	return is;
}

__u32 objects_map_of(int prog, const char *name)
{
	__u32 maps[64];
	struct bpf_prog_info info;

	if (objects_prog(prog, &info, maps, sizeof(maps) / sizeof(maps[0])))
		for (__u32 i = 0; i < info.nr_map_ids && i < sizeof(maps) / sizeof(maps[0]); i++)
			if (map_is(maps[i], name))
				return maps[i];
	return 0;
}

int objects_each_link(bool (*see)(const struct bpf_link_info *info, void *context), void *context)
{
	bool seen = false;
	__u32 id = 0;

	while (!seen && !bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info;
		int fd = bpf_link_get_fd_by_id(id);

		seen = objects_link(fd, &info) && see(&info, context);
		if (fd >= 0)
			close(fd);
	}
	return seen ? 1 : errno == ENOENT ? 0 : -errno;
}

int objects_each_prog(bool (*see)(const struct bpf_prog_info *info, int fd, void *context),
		      void *context)
{
	bool seen = false;
	__u32 id = 0;

	while (!seen && !bpf_prog_get_next_id(id, &id)) {
		struct bpf_prog_info info;
		int fd = bpf_prog_get_fd_by_id(id);

		seen = objects_prog(fd, &info, NULL, 0) && see(&info, fd, context);
		if (fd >= 0)
			close(fd);
	}
	return seen ? 1 : errno == ENOENT ? 0 : -errno;
}
