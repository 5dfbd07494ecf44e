/* SPDX-License-Identifier: GPL-2.0-only */
/* The pinned iterators, by which what is counted and recorded is read as files. */
#ifndef BPFLOCK_ITERATORS_H
#define BPFLOCK_ITERATORS_H

#include <stddef.h>

#include "abi/policy.h"
#include "pins/pinset.h"

struct bpf_object;

/*
 * Makes the tables of @object, not yet loaded, as large as the number of CPUs and of @operations
 * asks for, and tells @frozen of them. To be called once.
 */
void iterators_reserve(const struct bpf_object *object, __u32 operations, struct frozen *frozen);

/*
 * Has @object, not yet loaded, count and record where what @tool has pinned does, if that is
 * of the same layout; else it starts anew. Returns 0 or a negative errno, and then @object is not
 * to be loaded.
 */
int iterators_reuse(struct bpf_object *object, const char *tool);

/* Whether the maps of the loaded @object will be found again: 0, or -EAGAIN where they have lost
 * their names. */
int iterators_check_names(const struct bpf_object *object);

/* Shuts bpf(2) out of the maps that count and record. */
void iterators_freeze(const struct bpf_object *object);

/*
 * Attaches iterator number @i of the loaded @object. Returns its name and fills in @link, whose
 * link is NULL where it failed (errno), or returns NULL: there are no more.
 */
const char *iterators_attach(struct bpf_object *object, size_t i, struct pin_link *link);

#endif
