// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "cgroup.h"
#include "load.h"
#include "program.h"
#include "records.h"
#include "types.h"

/* The pinned iterators: which program, over which map; first those whose maps are used again. */
static const struct iterator {
	const char *name;
	const char *program;
	const char *map;
} iterators[] = {
	{ RECORDS_STATE, "read_state", "counters" },
	{ RECORDS_DENIED, "read_records", "denied" },
	{ RECORDS_ALLOWED, "read_records", "allowed" },
	{ RECORDS_CGROUPS, "read_cgroups", CGROUP_MAP },
};

#define ITERATORS (sizeof(iterators) / sizeof(iterators[0]))
#define REUSED 3

static bool is_hook(const struct bpf_program *program)
{
	return bpf_program__expected_attach_type(program) != BPF_TRACE_ITER &&
	       bpf_program__autoload(program);
}

struct bpf_program *load_next_hook(const struct bpf_object *object, struct bpf_program *previous)
{
	do
		previous = bpf_object__next_program(object, previous);
	while (previous && !is_hook(previous));
	return previous;
}

/* A descriptor of the map behind a pinned iterator. */
static int pinned_map(const char *program, const char *name)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	char path[PIN_PATH_MAX];
	int fd, map = -1;

	pin_path(path, program, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -1;
	if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == BPF_LINK_TYPE_ITER)
		map = bpf_map_get_fd_by_id(info.iter.map.map_id);
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

int load_reuse(struct bpf_object *object, const char *program)
{
	int fds[REUSED], err = 0;
	bool all = true;

	for (size_t i = 0; i < REUSED; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, iterators[i].map);

		fds[i] = pinned_map(program, iterators[i].name);
		all = all && fds[i] >= 0 && same_layout(fds[i], map);
	}
	/* All or none: how many were dropped is told from the three together. */
	for (size_t i = 0; i < REUSED; i++) {
		if (all && !err)
			err = bpf_map__reuse_fd(
				bpf_object__find_map_by_name(object, iterators[i].map), fds[i]);
		if (fds[i] >= 0)
			close(fds[i]);
	}
	return err;
}

static bool is_frozen(const struct bpf_map *map)
{
	return bpf_map__is_internal(map) && bpf_map__map_flags(map) & BPF_F_RDONLY_PROG;
}

#define FROZEN_MAX 8

/* What a map is to be filled with. */
struct frozen {
	const struct bpf_map *map;
	void *filled;
	size_t size;
};

/*
 * Copies what libbpf is to fill the maps of @object with: when they are loaded it has the map's own
 * memory instead, since 1.5, or nothing (bpf_object__populate_internal_map).
 */
static int frozen_copy(const struct bpf_object *object, struct frozen frozen[FROZEN_MAX])
{
	struct bpf_map *map;
	int count = 0;

	bpf_object__for_each_map(map, object)
	{
		const void *initial;
		size_t size = 0;

		if (!is_frozen(map))
			continue;
		initial = bpf_map__initial_value(map, &size);
		if (!initial || count == FROZEN_MAX)
			return -EINVAL;
		frozen[count] = (struct frozen){ map, malloc(size), size };
		if (!frozen[count].filled)
			return -ENOMEM;
		memcpy(frozen[count++].filled, initial, size);
	}
	return 0;
}

/*
 * libbpf fills a map, then freezes it: whoever else may use bpf(2) can get in
 * between. Frozen now, it has to be as it was to be filled.
 */
static int frozen_check(const struct frozen frozen[FROZEN_MAX])
{
	int err = 0;

	for (int i = 0; i < FROZEN_MAX && frozen[i].map && !err; i++) {
		const __u32 key = 0;
		void *found = calloc(1, frozen[i].size);

		if (!found)
			err = -ENOMEM;
		else if (bpf_map_lookup_elem(bpf_map__fd(frozen[i].map), &key, found))
			err = -errno;
		else if (memcmp(frozen[i].filled, found, frozen[i].size))
			err = -EBADE;
		free(found);
	}
	return err;
}

/*
 * bpf(2) is not to write what they count; another BPF program still can. Of a map that is reused,
 * and frozen already, it fails, with an error that depends on the kernel; no verdict does.
 */
static void freeze_records(const struct bpf_object *object)
{
	for (size_t i = 0; i < REUSED; i++)
		bpf_map_freeze(bpf_object__find_map_fd_by_name(object, iterators[i].map));
}

static bool is_map_named(__u32 id, const char *name)
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

/* Whether program @id uses a map called @name. */
static bool uses_map(__u32 id, const char *name)
{
	__u32 maps[64];
	struct bpf_prog_info info = { .map_ids = (__u64)(unsigned long)maps, .nr_map_ids = 64 };
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);
	bool uses = false;

	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
		for (__u32 i = 0; i < info.nr_map_ids && i < 64 && !uses; i++)
			uses = is_map_named(maps[i], name);
	if (fd >= 0)
		close(fd);
	return uses;
}

/*
 * 1 where such a program is attached, 0 or a negative errno; a program or a map that somebody
 * holds decides nothing.
 */
static int is_attached(const char *name)
{
	__u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info = { 0 };
		__u32 size = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id), err;

		if (fd < 0)
			continue;
		err = bpf_obj_get_info_by_fd(fd, &info, &size);
		close(fd);
		if (!err && info.type == BPF_LINK_TYPE_TRACING && uses_map(info.prog_id, name))
			return 1;
	}
	return errno == ENOENT ? 0 : -errno;
}

static bool is_loaded(const char *name)
{
	__u32 id = 0;

	while (!bpf_prog_get_next_id(id, &id))
		if (uses_map(id, name))
			return true;
	return false;
}

int load_stays(const struct bpf_object *object)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	struct bpf_map *map;
	int attached = 1;

	/* Named after the object (libbpf: internal_map_name()), there as long as its programs. */
	bpf_object__for_each_map(map, object) if (is_frozen(map)) break;
	/*
	 * A link loses its number first, then it is detached, then lets its program go
	 * (kernel/bpf/syscall.c: bpf_link_free).
	 */
	for (int i = 0; map && i < 200; i++) {
		attached = is_attached(bpf_map__name(map));
		if (attached < 0 || (!attached && !is_loaded(bpf_map__name(map))))
			break;
		nanosleep(&pause, NULL);
	}
	return map ? attached : 0;
}

static int keep(struct load *load, const char *name, const struct bpf_program *program,
		struct bpf_link *link)
{
	if (!link) {
		load->failed = name;
		return errno ? -errno : -EINVAL;
	}
	if (load->count == LOAD_LINKS_MAX) {
		bpf_link__destroy(link);
		load->failed = name;
		return -E2BIG;
	}
	load->links[load->count++] = (struct pin_link){ name, link, bpf_program__fd(program) };
	return 0;
}

static struct bpf_link *attach_iterator(struct bpf_object *object, const struct iterator *iterator)
{
	union bpf_iter_link_info info = {
		.map.map_fd = (__u32)bpf_object__find_map_fd_by_name(object, iterator->map),
	};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	return bpf_program__attach_iter(bpf_object__find_program_by_name(object, iterator->program),
					&opts);
}

/*
 * Maps are found again by their names, which libbpf leaves out where its probe failed, whatever for
 * (kernel_supports: FEAT_PROG_NAME).
 */
static int check_names(const struct bpf_object *object)
{
	for (size_t i = 0; i < REUSED; i++) {
		const struct bpf_map *map = bpf_object__find_map_by_name(object, iterators[i].map);

		if (!map || !same_layout(bpf_map__fd(map), map))
			return -EAGAIN;
	}
	return 0;
}

/* Shuts bpf(2) out of the maps that decide and that only the programs write: empty until they run.
 */
static int freeze_own(const struct bpf_object *object)
{
	struct bpf_map *map = NULL;
	char key[64];

	while ((map = bpf_object__next_map(object, map))) {
		if (strncmp(bpf_map__name(map), LOAD_OWN, strlen(LOAD_OWN)))
			continue;
		if (bpf_map_freeze(bpf_map__fd(map)))
			return -errno;
		if (!bpf_map_get_next_key(bpf_map__fd(map), NULL, key))
			return -EBADE;
	}
	return 0;
}

int load_attach(struct bpf_object *object, const struct types *types,
		enum policy_attachment attachment, const struct cgroups *cgroups, struct load *load)
{
	struct frozen frozen[FROZEN_MAX] = { 0 };
	struct bpf_program *program = NULL;
	int err = cgroup_reserve(cgroups, object);

	*load = (struct load){ 0 };
	if (!err)
		err = frozen_copy(object, frozen);
	if (!err)
		err = program_load(object, types, attachment);
	if (!err)
		err = frozen_check(frozen);
	if (!err)
		err = check_names(object);
	for (int i = 0; i < FROZEN_MAX; i++)
		free(frozen[i].filled);
	if (!err)
		err = cgroup_freeze(cgroups, object);
	if (!err)
		err = freeze_own(object);
	if (!err)
		freeze_records(object);
	while (!err && (program = load_next_hook(object, program)))
		err = keep(load, bpf_program__name(program), program,
			   bpf_program__attach_trace(program));
	load->hooks = load->count;
	for (size_t i = 0; i < ITERATORS && !err; i++)
		err = keep(load, iterators[i].name,
			   bpf_object__find_program_by_name(object, iterators[i].program),
			   attach_iterator(object, &iterators[i]));
	return err;
}

int load_has_member(const struct types *types, const char *name, const char *member)
{
	int id = btf__find_by_name_kind(types->btf, name, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(types->btf, (__u32)id) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(types->btf, btf_members(type)[i].name_off), member))
			return 1;
	return type ? 0 : -ENOENT;
}

struct load_kernel load_kernel(const struct types *types)
{
	return (struct load_kernel){
		/* kernel/bpf/bpf_lsm.c: each hook has such a function. */
		.has_bpf_lsm = types_function(types, "bpf_lsm_bpf") != 0,
		.skips = load_has_member(types, "bpf_prog_info", "recursion_misses") > 0,
	};
}

bool load_may_read(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_read_kernel },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", insns,
			       sizeof(insns) / sizeof(insns[0]), NULL);

	if (fd >= 0)
		close(fd);
	/* Whatever else it is, loading will say. */
	return fd != -EINVAL;
}

void load_release(struct load *load)
{
	for (int i = 0; i < load->count; i++)
		bpf_link__destroy(load->links[i].link);
	load->count = 0;
}

int load_open_state(const struct load *load)
{
	for (int i = load->hooks; i < load->count; i++) {
		int fd;

		if (strcmp(load->links[i].name, RECORDS_STATE))
			continue;
		fd = bpf_iter_create(bpf_link__fd(load->links[i].link));
		return fd < 0 ? -errno : fd;
	}
	return -ENOENT;
}
