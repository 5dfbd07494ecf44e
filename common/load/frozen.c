// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "load/frozen.h"

static bool is_frozen(const struct bpf_map *map)
{
	return bpf_map__is_internal(map) && bpf_map__map_flags(map) & BPF_F_RDONLY_PROG;
}

static const struct bpf_map *first(const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (is_frozen(map))
			return map;
	return NULL;
}

const char *frozen_name(const struct bpf_object *object)
{
	const struct bpf_map *map = first(object);

	return map ? bpf_map__name(map) : NULL;
}

/* Where in .rodata a constant is: its BTF says (Documentation/bpf/btf.rst, BTF_KIND_DATASEC). */
static const struct btf_var_secinfo *find(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	for (int i = 0; section && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *info = &btf_var_secinfos(section)[i];
		const struct btf_type *variable = btf__type_by_id(btf, info->type);

		if (!strcmp(btf__name_by_offset(btf, variable->name_off), name))
			return info;
	}
	return NULL;
}

int frozen_write(const struct bpf_object *object, const char *name, const void *data, size_t size)
{
	const struct btf_var_secinfo *info = find(bpf_object__btf(object), name);
	const struct bpf_map *map = first(object);
	size_t room = 0;
	char *constants;

	if (!info || !map)
		return -ENOENT;
	constants = (char *)bpf_map__initial_value((struct bpf_map *)map, &room);
	if (info->size != size || !constants || info->offset + size > room)
		return -EINVAL;
	memcpy(constants + info->offset, data, size);
	return 0;
}

/* When they are loaded a map has its own memory instead, since libbpf 1.5, or nothing
 * (bpf_object__populate_internal_map). */
int frozen_copy(const struct bpf_object *object, struct frozen_copies *copies)
{
	struct bpf_map *map;
	int count = 0;

	*copies = (struct frozen_copies){ 0 };
	bpf_object__for_each_map(map, object) {
		const void *initial;
		size_t size = 0;

		if (!is_frozen(map))
			continue;
		initial = bpf_map__initial_value(map, &size);
		if (!initial || count == FROZEN_MAPS_MAX)
			return -EINVAL;
		copies->list[count] = (struct frozen_copy){ map, malloc(size), size };
		if (!copies->list[count].filled)
			return -ENOMEM;
		memcpy(copies->list[count++].filled, initial, size);
	}
	return 0;
}

int frozen_check(const struct frozen_copies *copies)
{
	int err = 0;

	for (const struct frozen_copy *copy = copies->list;
	     copy < copies->list + FROZEN_MAPS_MAX && copy->map && !err; copy++) {
		const __u32 key = 0;
		void *found = calloc(1, copy->size);

		if (!found)
			err = -ENOMEM;
		else if (bpf_map_lookup_elem(bpf_map__fd(copy->map), &key, found))
			err = -errno;
		else if (memcmp(copy->filled, found, copy->size))
			err = -EBADE;
		free(found);
	}
	return err;
}

void frozen_free(struct frozen_copies *copies)
{
	for (int i = 0; i < FROZEN_MAPS_MAX; i++)
		free(copies->list[i].filled);
}

int frozen_own(const struct bpf_object *object)
{
	struct bpf_map *map = NULL;
	char key[64];

	while ((map = bpf_object__next_map(object, map))) {
		if (strncmp(bpf_map__name(map), FROZEN_OWN, strlen(FROZEN_OWN)))
			continue;
		if (bpf_map_freeze(bpf_map__fd(map)))
			return -errno;
		if (!bpf_map_get_next_key(bpf_map__fd(map), NULL, key))
			return -EBADE;
	}
	return 0;
}
