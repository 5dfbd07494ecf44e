/* SPDX-License-Identifier: GPL-2.0-only */
/* Trusted cgroups and units as the BPF side has them. */
#ifndef BPFLOCK_LOAD_TRUSTED_H
#define BPFLOCK_LOAD_TRUSTED_H

#include "kernel/trusted.h"

/* The maps that their numbers, and their names, are the keys of. */
#define CGROUPS_MAP "trusted_cgroups"
#define UNITS_MAP "trusted_units"
/* What a program has listed of its own, where it has such a list. */
#define NAMES_MAP "listed_names"
#define BEGINNINGS_MAP "listed_beginnings"

struct bpf_object;

/* Makes room for @trusted in @object, not yet loaded: 0 or a negative errno. */
int trusted_reserve(const struct trusted *trusted, struct bpf_object *object);

/*
 * Puts them into the loaded @object and freezes them: 0 or a negative errno,
 * -EBADE where somebody changed them meanwhile.
 */
int trusted_freeze(const struct trusted *trusted, const struct bpf_object *object);

#endif
