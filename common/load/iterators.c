// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "abi/record.h"
#include "load/trusted.h"
#include "load/iterators.h"
#include "load/load.h"
#include "pins/objects.h"
#include "pins/pin.h"

/* Which program, over which map; first those whose maps are used again. */
static const struct iterator {
	const char *name;
	const char *prog;
	const char *map;
} iterators[] = {
	{ PIN_STATE, "read_state", "counters" },	{ PIN_DENIED, "read_records", "denied" },
	{ PIN_ALLOWED, "read_records", "allowed" },	{ PIN_NAMES, "read_names", "names" },
	{ PIN_CGROUPS, "read_cgroups", CGROUPS_MAP },	{ PIN_UNITS, "read_units", UNITS_MAP },
	{ PIN_TESTING, "read_testing", "testers" },	{ PIN_LEARNT, "read_learnt", "learnt" },
	{ PIN_OTHERS, "read_learnt", "learnt_others" },
};

/* Which record goes next, which goes with the records, and has no iterator. */
static const char *const orders[] = { "order", "early", "groups" };

#define ITERATORS (sizeof(iterators) / sizeof(iterators[0]))
#define ORDERS (sizeof(orders) / sizeof(orders[0]))
#define REUSED 4
#define TESTERS 6
/* From here on they are of programs that learn. */
#define LEARNT 7

/* A descriptor of the map behind a pinned iterator. */
static int pinned_map(const char *tool, const char *name)
{
	struct bpf_link_info info;
	char path[PIN_PATH_MAX];
	int fd, map = -1;

	pin_path(path, tool, name);
	fd = bpf_obj_get(path);
	if (objects_link(fd, &info) && info.type == BPF_LINK_TYPE_ITER)
		map = bpf_map_get_fd_by_id(info.iter.map.map_id);
	if (fd >= 0)
		close(fd);
	return map;
}

/* A descriptor of the map called @name that a pinned hook of @tool uses. */
static int used_map(const char *tool, const struct bpf_object *object, const char *name)
{
	struct bpf_link_info info;
	char path[PIN_PATH_MAX];
	int fd, prog = -1, map;

	pin_path(path, tool, bpf_program__name(load_next_hook(object, NULL)));
	fd = bpf_obj_get(path);
	if (objects_link(fd, &info))
		prog = bpf_prog_get_fd_by_id(info.prog_id);
	map = bpf_map_get_fd_by_id(objects_map_of(prog, name));
	if (prog >= 0)
		close(prog);
	if (fd >= 0)
		close(fd);
	return map;
}

static bool same_layout(int fd, const struct bpf_map *map)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) &&
	       !strcmp(info.name, bpf_map__name(map));
}

/* What was learnt is kept by who learns no more, too: it is what he was started with. */
static int reuse_learnt(struct bpf_object *object, const char *tool, const struct iterator *row)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, row->map);
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = map ? pinned_map(tool, row->name) : -1, err = 0;

	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) && info.max_entries > 1 &&
	    info.type == bpf_map__type(map) && info.key_size == bpf_map__key_size(map) &&
	    info.value_size == bpf_map__value_size(map))
		err = bpf_map__reuse_fd(map, fd);
	if (fd >= 0)
		close(fd);
	return err;
}

int iterators_reuse(struct bpf_object *object, const char *tool)
{
	struct bpf_map *maps[REUSED + ORDERS];
	int fds[REUSED + ORDERS], err = 0;
	size_t count = 0;
	bool all = true;

	for (size_t i = 0; i < REUSED + ORDERS; i++) {
		const char *name = i < REUSED ? iterators[i].map : orders[i - REUSED];
		struct bpf_map *map = bpf_object__find_map_by_name(object, name);
		int fd;

		if (!map) /* of what is executed the oldest goes by itself */
			continue;
		fd = i < REUSED ? pinned_map(tool, iterators[i].name)
				: used_map(tool, object, name);
		all = all && fd >= 0 && same_layout(fd, map);
		maps[count] = map;
		fds[count++] = fd;
	}
	/* All or none: how many were dropped is told from these together. */
	for (size_t i = 0; i < count; i++) {
		if (all && !err)
			err = bpf_map__reuse_fd(maps[i], fds[i]);
		if (fds[i] >= 0)
			close(fds[i]);
	}
	for (size_t i = LEARNT; i < ITERATORS && !err; i++)
		err = reuse_learnt(object, tool, &iterators[i]);
	return err;
}

/*
 * Maps are found again by their names, which libbpf leaves out where its probe failed, whatever for
 * (kernel_supports: FEAT_PROG_NAME).
 */
int iterators_check_names(const struct bpf_object *object)
{
	for (size_t i = 0; i < REUSED; i++) {
		const struct bpf_map *map = bpf_object__find_map_by_name(object, iterators[i].map);

		if (!map || !same_layout(bpf_map__fd(map), map))
			return -EAGAIN;
	}
	return 0;
}

/*
 * bpf(2) is not to write what they count; another BPF program still can. Of a map that is reused,
 * and frozen already, it fails, with an error that depends on the kernel; no verdict does.
 */
void iterators_freeze(const struct bpf_object *object)
{
	for (size_t i = 0; i < ITERATORS; i++)
		if (i < REUSED || i >= TESTERS)
			bpf_map_freeze(bpf_object__find_map_fd_by_name(object, iterators[i].map));
	for (size_t i = 0; i < ORDERS; i++)
		bpf_map_freeze(bpf_object__find_map_fd_by_name(object, orders[i]));
}

static struct bpf_link *attach_iterator(struct bpf_object *object, const struct iterator *iterator)
{
	union bpf_iter_link_info info = {
		.map.map_fd = (__u32)bpf_object__find_map_fd_by_name(object, iterator->map),
	};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	return bpf_program__attach_iter(bpf_object__find_program_by_name(object, iterator->prog),
					&opts);
}

const char *iterators_attach(struct bpf_object *object, size_t i, struct pin_link *link)
{
	if (i >= ITERATORS ||
	    (i >= LEARNT && !bpf_object__find_map_by_name(object, iterators[i].map)))
		return NULL;
	*link = (struct pin_link){
		.name = iterators[i].name,
		.link = attach_iterator(object, &iterators[i]),
		.prog = bpf_program__fd(
			bpf_object__find_program_by_name(object, iterators[i].prog)),
	};
	return link->name;
}

/*
 * Tables whose oldest goes keep their number whatever the CPUs do: each CPU takes, and evicts,
 * LOCAL_FREE_TARGET elements at a time (kernel/bpf/bpf_lru_list.c).
 */
#define LRU_PER_CPU 128

static void reserve(struct bpf_map *map, __u32 more)
{
	bpf_map__set_max_entries(map, bpf_map__max_entries(map) + more);
}

void iterators_reserve(const struct bpf_object *object, __u32 operations, struct frozen *frozen)
{
	int possible = libbpf_num_possible_cpus();
	__u32 cpus = possible > 0 ? (__u32)possible : 1, sets = 1;
	struct bpf_map *map;

	while (sets < cpus && sets < COUNTER_SETS_MAX)
		sets *= 2;
	frozen->sets = sets;
	frozen->value_size = bpf_map__value_size(bpf_object__find_map_by_name(object, PIN_DENIED));
	if (frozen->policy.records && !(frozen->policy.records & RECORDS_ARGUMENTS)) {
		frozen->value_size = RECORD_EXECUTED_SHORT;
		for (size_t i = 0; i < REUSED; i++)
			if (!strcmp(iterators[i].prog, "read_records"))
				bpf_map__set_value_size(
					bpf_object__find_map_by_name(object, iterators[i].map),
					frozen->value_size);
	}
	for (size_t i = LEARNT; i < ITERATORS && !frozen->policy.learns; i++) {
		map = bpf_object__find_map_by_name(object, iterators[i].map);
		if (map)
			bpf_map__set_max_entries(map, 1);
	}
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "counters"),
				 operations * (sets + 1));
	/* What a CPU takes out of the queue it puts back. */
	map = bpf_object__find_map_by_name(object, orders[0]);
	if (map)
		reserve(map, cpus);
	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_LRU_HASH)
			reserve(map, LRU_PER_CPU * cpus);
}
