// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "load/frozen.h"
#include "load/stays.h"
#include "pins/objects.h"

static bool is_attached(const struct bpf_link_info *info, void *name)
{
	bool ours = info->type == BPF_LINK_TYPE_TRACING || info->type == BPF_LINK_TYPE_CGROUP ||
		    info->type == BPF_LINK_TYPE_RAW_TRACEPOINT;
	int fd = ours ? bpf_prog_get_fd_by_id(info->prog_id) : -1;
	bool is = objects_map_of(fd, name);

	if (fd >= 0)
		close(fd);
	return is;
}

static bool is_loaded(const struct bpf_prog_info *info, int fd, void *name)
{
	(void)info;
	return objects_map_of(fd, name);
}

/*
 * A program or a map that somebody holds decides nothing: the link does. It loses its number
 * first, then it is detached, then lets its program go (kernel/bpf/syscall.c: bpf_link_free).
 */
int stays_attached(const struct bpf_object *object)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	char *name = (char *)frozen_name(object);
	int attached = 0;

	for (int i = 0; name && i < 200; i++) {
		attached = objects_each_link(is_attached, name);
		if (attached < 0 || (!attached && objects_each_prog(is_loaded, name) <= 0))
			break;
		nanosleep(&pause, NULL);
	}
	return attached;
}
