/* SPDX-License-Identifier: GPL-2.0-only */
/* Trusted cgroups (v2), by number: a path may later be another cgroup's. */
#ifndef BPFLOCK_CGROUP_H
#define BPFLOCK_CGROUP_H

#include <stddef.h>

#include "policy.h"

/* The map that they are the keys of. */
#define CGROUP_MAP "trusted_cgroups"

struct bpf_object;

struct cgroups {
	__u64 *list; /* sorted, each once */
	size_t count;
};

/*
 * Finds the numbers of the cgroups at @paths. Returns 0 or a negative errno, and then which
 * path it was in @bad: -EOPNOTSUPP for a cgroup of version 1, -ENOTTY for no cgroup at all.
 * The caller frees the list in both cases.
 */
int cgroup_find(struct cgroups *cgroups, char *const *paths, size_t count, const char **bad);

/* Sorts them, and keeps each once. */
void cgroup_sort(struct cgroups *cgroups);

/*
 * Where the cgroup with this @number is, by what is mounted below /sys/fs/cgroup. Returns 0 or a
 * negative errno: -ESTALE where there is none any more, another where it can't be told.
 */
int cgroup_path(__u64 number, char *path, size_t size);

/* Tells @policy of @cgroups, so that other ones make another policy. */
void cgroup_into_policy(const struct cgroups *cgroups, struct policy *policy);

/* Makes room in @object, not yet loaded: 0 or a negative errno. */
int cgroup_reserve(const struct cgroups *cgroups, struct bpf_object *object);

/*
 * Puts them into the loaded @object and freezes them: 0 or a negative errno,
 * -EBADE where somebody changed them meanwhile.
 */
int cgroup_freeze(const struct cgroups *cgroups, const struct bpf_object *object);

#endif
