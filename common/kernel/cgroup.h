/* SPDX-License-Identifier: GPL-2.0-only */
/* Trusted cgroups (v2), by number: a path may later be another cgroup's. */
#ifndef BPFLOCK_CGROUP_H
#define BPFLOCK_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "abi/policy.h"

struct cgroups {
	__u64 *list; /* sorted, each once */
	size_t count;
};

/*
 * Finds the numbers of the cgroups at @paths. Returns 0 or a negative errno, and then which
 * path it was in @bad: -EOPNOTSUPP for a cgroup of version 1, -ENOTTY for no cgroup at all, -ELOOP
 * for the root, which every process is below.
 * The caller frees the list in both cases.
 */
int cgroup_find(struct cgroups *cgroups, char *const *paths, size_t count, const char **bad);

/* Whether nothing is at @path, but above it there is a directory of cgroup2. */
bool cgroup_may_come(const char *path);

/* Sorts them, and keeps each once. */
void cgroup_sort(struct cgroups *cgroups);

/*
 * Where the cgroup with this @number is, by what is mounted below /sys/fs/cgroup. Returns 0 or a
 * negative errno: -ESTALE where there is none any more, another where it can't be told.
 */
int cgroup_path(__u64 number, char *path, size_t size);

/*
 * A descriptor of the root of cgroup2, to be closed: of a mount that this process or PID 1 sees,
 * or where there is none of one that nobody else sees. -ENODEV: there is a mount, but not of the
 * root.
 */
int cgroup_open_root(void);

/* Tells @policy of @cgroups, so that other ones make another policy. */
void cgroup_into_policy(const struct cgroups *cgroups, struct policy *policy);

#endif
