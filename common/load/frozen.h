/* SPDX-License-Identifier: GPL-2.0-only */
/* What decides, as constants of a BPF object that nobody can change once it is loaded. */
#ifndef BPFLOCK_FROZEN_H
#define BPFLOCK_FROZEN_H

#include <stddef.h>

struct bpf_map;
struct bpf_object;

/* The names of maps that only the programs themselves may write begin so. */
#define FROZEN_OWN "own_"

#define FROZEN_MAPS_MAX 8

/* What each map of constants is to be filled with. */
struct frozen_copies {
	struct frozen_copy {
		const struct bpf_map *map;
		void *filled;
		size_t size;
	} list[FROZEN_MAPS_MAX];
};

/*
 * Writes @data to constant @name of @object, not yet loaded. Returns 0, -ENOENT where it has none,
 * -EINVAL where it has another size.
 */
int frozen_write(const struct bpf_object *object, const char *name, const void *data, size_t size);

/*
 * Copies what libbpf is to fill the maps of @object with: 0 or a negative errno. frozen_free() is
 * due in both cases.
 */
int frozen_copy(const struct bpf_object *object, struct frozen_copies *copies);

/*
 * Whether the loaded maps, which are frozen now, hold that: 0, or -EBADE where somebody got in
 * between, or another negative errno.
 */
int frozen_check(const struct frozen_copies *copies);

void frozen_free(struct frozen_copies *copies);

/*
 * Freezes the maps named own_*: only BPF programs write them from now on. Returns 0 or a negative
 * errno; -EBADE: an entry that is there already is somebody else's.
 */
int frozen_own(const struct bpf_object *object);

/* The name of the map of constants, by which loaded programs are known: after the object. NULL:
 * none. */
const char *frozen_name(const struct bpf_object *object);

#endif
