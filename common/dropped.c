// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "dropped.h"

void dropped_note(struct dropped *dropped, const char *path)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) || dropped->count == DROPPED_MAX) {
		dropped->unknown = true;
	} else {
		dropped->links[dropped->count] = info.id;
		dropped->programs[dropped->count++] = info.prog_id;
	}
	if (fd >= 0)
		close(fd);
}

/* Whether one of @ids is still there, as @get sees it. */
static bool dropped_alive(const struct dropped *dropped, const __u32 *ids, int (*get)(__u32 id))
{
	for (int i = 0; i < dropped->count; i++) {
		int fd = get(ids[i]);

		if (fd >= 0) {
			close(fd);
			return true;
		}
	}
	return false;
}

int dropped_wait(const struct dropped *dropped)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	bool held = true;

	/* The link goes first; a program that is held without it decides nothing. */
	for (int i = 0; i < (held ? 1000 : 200); i++) {
		held = dropped_alive(dropped, dropped->links, bpf_link_get_fd_by_id);
		if (!held && !dropped->unknown &&
		    !dropped_alive(dropped, dropped->programs, bpf_prog_get_fd_by_id))
			break;
		nanosleep(&pause, NULL);
	}
	return held ? -EBUSY : 0;
}
