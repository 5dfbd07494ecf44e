/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the BPF programs of an object are loaded, in place of what libbpf would do for their
 * sections: it would read all of the kernel's types, once more, and search them for each.
 */
#ifndef BPFLOCK_PROGRAM_H
#define BPFLOCK_PROGRAM_H

#include <stdbool.h>

#include "policy.h"

struct bpf_object;
struct bpf_object_open_opts;
struct types;

/* With which the object is opened that program_load() is to load. To be called once. */
const struct bpf_object_open_opts *program_options(void);

/*
 * Loads @object, with the kernel's @types, its hooks as @attachment says. None of its global
 * functions can be replaced: who may use bpf(2) could else put a BPF_PROG_TYPE_EXT program in the
 * place of one, and that would decide. Returns 0 or a negative errno, -ESRCH where the kernel lacks
 * what a program attaches to.
 */
int program_load(struct bpf_object *object, const struct types *types,
		 enum policy_attachment attachment);

#endif
