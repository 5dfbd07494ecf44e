// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "abi/digest.h"
#include "abi/guard.h"
#include "guard.skel.h"
#include "load/frozen.h"
#include "load/guard.h"
#include "load/sections.h"
#include "pins/covered.h"
#include "pins/objects.h"

static const char *const names[GUARD_LINKS] = { PIN_GUARD_RMDIR, PIN_GUARD_RENAME };

/* Whether map @fd, which is frozen, holds @guard. */
static bool holds(int fd, const struct guard_frozen *guard)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info), key = 0;
	struct guard_frozen found;

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.value_size == sizeof(found) && !bpf_map_lookup_elem(fd, &key, &found) &&
	       !memcmp(&found, guard, sizeof(found));
}

/* A descriptor of the BPF program behind @link if that decides by @guard, or by any if NULL; else
 * -1. */
static int prog_of(const struct bpf_link *link, const struct guard_frozen *guard)
{
	struct bpf_link_info info;
	struct bpf_prog_info prog;
	__u32 map_id = 0;
	int fd, map;
	bool same;

	if (!objects_link(bpf_link__fd(link), &info))
		return -1;
	fd = bpf_prog_get_fd_by_id(info.prog_id);
	if (!objects_prog(fd, &prog, &map_id, 1))
		map_id = 0;
	map = map_id ? bpf_map_get_fd_by_id(map_id) : -1;
	same = fd >= 0 && (!guard || holds(map, guard));
	if (map >= 0)
		close(map);
	if (fd >= 0 && !same)
		close(fd);
	return same ? fd : -1;
}

static void release(struct pin_link links[GUARD_LINKS])
{
	for (int i = 0; i < GUARD_LINKS; i++) {
		bpf_link__destroy(links[i].link);
		links[i].link = NULL;
	}
}

/* Whether @tool has that guard pinned, which is then in @links. */
static bool open_pinned(const char *tool, const struct guard_frozen *guard,
			struct pin_link links[GUARD_LINKS])
{
	char path[PIN_PATH_MAX];
	int i;

	for (i = 0; i < GUARD_LINKS; i++) {
		pin_path(path, tool, names[i]);
		links[i] = (struct pin_link){ names[i], bpf_link__open(path), -1 };
		if (links[i].link)
			links[i].prog = prog_of(links[i].link, guard);
		if (links[i].prog < 0)
			break;
	}
	if (i < GUARD_LINKS)
		release(links);
	return i == GUARD_LINKS;
}

static bool find_pinned(const struct guard_frozen *guard, struct pin_link links[GUARD_LINKS])
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	bool found = false;

	while (root && !found && (entry = readdir(root)))
		found = entry->d_name[0] != '.' && pin_exists(entry->d_name, PIN_GUARD_RMDIR) &&
			open_pinned(entry->d_name, guard, links);
	if (root)
		closedir(root);
	return found;
}

static int attach(struct sections *sections, struct bpf_object *object,
		  const struct guard_frozen *guard, struct pin_link links[GUARD_LINKS])
{
	static const char *const progs[GUARD_LINKS] = { "inode_rmdir", "inode_rename" };
	int err = frozen_write(object, "guard", guard, sizeof(*guard));

	if (!err)
		err = sections_load(sections, object);
	for (int i = 0; i < GUARD_LINKS && !err; i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(object, progs[i]);

		links[i] = (struct pin_link){ names[i], bpf_program__attach_trace(prog),
					      bpf_program__fd(prog) };
		if (!links[i].link)
			err = -errno;
	}
	return err == -EACCES ? -EINVAL : err; /* the verifier's, which is another's here */
}

/* The programs of a new guard last until the process ends. */
int guard_attach(const char *tool, struct sections *sections, const struct frozen *frozen,
		 struct pin_link links[GUARD_LINKS], char place[PIN_PATH_MAX])
{
	struct guard_frozen guard = { .attachment = frozen->attachment,
				      .follows = frozen->confidential };
	int found = covered_find(guard.covered), err = found < 0 ? found : found ? 0 : -ENOENT;
	size_t size;
	const void *data = guard_bpf__elf_bytes(&size);
	struct bpf_object *object = err ? NULL : sections_open(sections, "guard", data, size);

	snprintf(place, PIN_PATH_MAX, PIN_BPFFS);
	if (!err && !object)
		err = -ENOMEM;
	/* What finding them takes is denied: another program of the suite denies it, and has one.
	 */
	if (err == -EPERM && find_pinned(NULL, links)) {
		bpf_object__close(object);
		return 0;
	}
	guard.build = digest(data, size);
	if (!err && !find_pinned(&guard, links))
		err = attach(sections, object, &guard, links);
	/* What could not be tried is for --status to try again. */
	if (!err && covered_try(place) == -EACCES)
		err = -EACCES;
	if (err) {
		release(links);
		/* Not less than there was. */
		open_pinned(tool, NULL, links);
	}
	return err;
}
