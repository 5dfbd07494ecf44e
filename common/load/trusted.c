// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "load/trusted.h"

/* What the keys of a map are to be. */
struct keys {
	const char *map;
	const void *list;
	size_t size;
	size_t count;
};

static struct keys cgroups(const struct trusted *trusted)
{
	return (struct keys){ CGROUPS_MAP, trusted->cgroups.list, sizeof(*trusted->cgroups.list),
			      trusted->cgroups.count };
}

static struct keys units(const struct trusted *trusted)
{
	return (struct keys){ UNITS_MAP, trusted->units.list, sizeof(*trusted->units.list),
			      trusted->units.count };
}

static struct keys names(const struct trusted *trusted)
{
	return (struct keys){ NAMES_MAP, trusted->names.list, trusted->names.size,
			      trusted->names.count };
}

static struct keys beginnings(const struct trusted *trusted)
{
	return (struct keys){ BEGINNINGS_MAP, trusted->beginnings.list, trusted->beginnings.size,
			      trusted->beginnings.count };
}

static const void *key(const struct keys *keys, size_t i)
{
	return (const char *)keys->list + i * keys->size;
}

static int reserve(struct keys keys, struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, keys.map);

	return keys.count ? bpf_map__set_max_entries(map, (__u32)keys.count) : 0;
}

static int by_bytes(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

/*
 * Whether @fd, which is frozen, has @keys, of @size bytes, and no other: somebody might have put
 * one there before. To look one up would not do for a trie: it finds what begins the key, too.
 */
static int check(const struct keys *keys, int fd, size_t size)
{
	char *found = calloc(keys->count + 1, size), *wanted = calloc(keys->count + 1, size);
	int err = found && wanted ? 0 : -ENOMEM;
	size_t seen = 0;

	while (!err && !bpf_map_get_next_key(fd, seen ? found + (seen - 1) * size : NULL,
					     found + seen * size))
		if (++seen > keys->count)
			err = -EBADE;
	if (!err && seen) {
		memcpy(wanted, keys->list, keys->count * size);
		qsort_r(wanted, keys->count, size, by_bytes, &size);
		qsort_r(found, seen, size, by_bytes, &size);
	}
	if (!err && (seen != keys->count || memcmp(found, wanted, seen * size)))
		err = -EBADE;
	free(found);
	free(wanted);
	return err;
}

static int freeze(struct keys keys, const struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, keys.map);
	int fd = map ? bpf_map__fd(map) : -ENOENT;
	__u32 value = 1;

	if (fd < 0)
		return keys.count ? fd : 0;
	/* Full, as a table or as a trie says it: somebody has put another there. */
	for (size_t i = 0; i < keys.count; i++)
		if (bpf_map_update_elem(fd, key(&keys, i), &value, BPF_ANY))
			return errno == E2BIG || errno == ENOSPC ? -EBADE : -errno;
	return bpf_map_freeze(fd) ? -errno : check(&keys, fd, bpf_map__key_size(map));
}

int trusted_reserve(const struct trusted *trusted, struct bpf_object *object)
{
	int err = reserve(cgroups(trusted), object);

	if (!err)
		err = reserve(units(trusted), object);
	if (!err)
		err = reserve(names(trusted), object);
	return err ? err : reserve(beginnings(trusted), object);
}

int trusted_freeze(const struct trusted *trusted, const struct bpf_object *object)
{
	int err = freeze(cgroups(trusted), object);

	if (!err)
		err = freeze(units(trusted), object);
	if (!err)
		err = freeze(names(trusted), object);
	return err ? err : freeze(beginnings(trusted), object);
}
