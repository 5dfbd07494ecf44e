// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "pins/gone.h"
#include "pins/objects.h"

void gone_note(struct gone *gone, const char *path)
{
	struct bpf_link_info info;
	int fd = bpf_obj_get(path);

	if (!objects_link(fd, &info) || gone->count == GONE_MAX) {
		gone->unknown = true;
	} else {
		gone->links[gone->count] = info.id;
		gone->progs[gone->count++] = info.prog_id;
	}
	if (fd >= 0)
		close(fd);
}

/* Whether one of @ids is still there, as @get sees it. */
static bool gone_alive(const struct gone *gone, const __u32 *ids, int (*get)(__u32 id))
{
	for (int i = 0; i < gone->count; i++) {
		int fd = get(ids[i]);

		if (fd >= 0) {
			close(fd);
			return true;
		}
	}
	return false;
}

int gone_wait(const struct gone *gone)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	bool held = true;

	/* The link goes first; a BPF program that is held without it decides nothing. */
	for (int i = 0; i < (held ? 1000 : 200); i++) {
		held = gone_alive(gone, gone->links, bpf_link_get_fd_by_id);
		if (!held && !gone->unknown &&
		    !gone_alive(gone, gone->progs, bpf_prog_get_fd_by_id))
			break;
		nanosleep(&pause, NULL);
	}
	return held ? -EBUSY : 0;
}
