/* SPDX-License-Identifier: GPL-2.0-only */
/* Trusted units of systemd, by the names of their cgroups: whether or not they were started. */
#ifndef BPFLOCK_UNIT_H
#define BPFLOCK_UNIT_H

#include <stddef.h>

#include "abi/policy.h"

#define UNITS_MAX 16

struct units {
	char (*list)[UNIT_NAME_MAX]; /* names of cgroups, sorted, each once, filled up with zeros */
	size_t count;
};

/* What is wrong with @name as that of a unit that has a cgroup; NULL: nothing. */
const char *unit_wrong(const char *name);

/*
 * The names of the cgroups of the units @names, none of which is wrong: 0, -E2BIG where they are
 * more than UNITS_MAX, or -ENOMEM. The caller frees the list in all cases.
 */
int unit_find(struct units *units, char *const *names, size_t count);

/* Sorts them, and keeps each once. */
void unit_sort(struct units *units);

/* The unit whose cgroup has this @name: a part of it. */
const char *unit_of(const char *name);

/*
 * The unit for which systemd makes the cgroup at @path, whether or not it is there; the caller
 * frees. NULL: it is none's.
 */
char *unit_at(const char *path);

/* Tells @policy of @units, so that other ones make another policy. */
void unit_into_policy(const struct units *units, struct policy *policy);

#endif
