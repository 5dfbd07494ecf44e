/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the BPF programs of an object are loaded, in place of what libbpf would do for their
 * sections: it would read all of the kernel's types, once more, and search them for each.
 */
#ifndef BPFLOCK_SECTIONS_H
#define BPFLOCK_SECTIONS_H

#include <stddef.h>

#include "abi/policy.h"

#define SECTIONS_FUNCTION_MAX 96
#define SECTIONS_HANDLERS 5

struct bpf_object;
struct btf;
struct frozen_copies;
struct kernel_btf;

/* All that libbpf's handlers of "lsm/", "tp_btf/", "iter/" and "cgroup/sysctl" need to know. */
struct sections {
	/* To be given before sections_load(). */
	const struct kernel_btf *kernel;
	enum policy_attachment attachment;
	/* The rest is sections.c's. */
	const struct btf *local; /* of the object that is being loaded */
	const struct frozen_copies *constants;
	int types; /* the file that libbpf reads the kernel's types from; -1: it reads all */
	int handlers[SECTIONS_HANDLERS];
};

/*
 * Has libbpf ask @sections, which is to stay where it is until sections_close(), and of which a
 * process has one at a time. Returns 0 or a negative errno; sections_close() is due in both cases.
 */
int sections_init(struct sections *sections);

/*
 * Opens the BPF object that is @data by @sections. Its maps are called after @name, the program's:
 * its first eight characters, which no other has, are in the name of the constants (frozen_name()).
 * Returns NULL and errno where it can't; bpf_object__close() is due before sections_close().
 */
struct bpf_object *sections_open(const struct sections *sections, const char *name,
				 const void *data, size_t size);

/*
 * Loads @object. None of its global functions can be replaced: who may use bpf(2) could else put a
 * BPF_PROG_TYPE_EXT program in the place of one, and that would decide. What its constants never
 * let run is left out (dead.h). Returns 0 or a negative errno: -ESRCH where the kernel lacks what a
 * program attaches to, -EBADE where somebody else changed the constants before they were frozen.
 */
int sections_load(struct sections *sections, struct bpf_object *object);

void sections_close(struct sections *sections);

/*
 * The kernel's function that BPF program @prog is attached to as @attachment, where its section is
 * lsm/@lsm or tp_btf/@lsm. As fmod_ret that is the one that calls the LSM hooks, security_*: a
 * program is called as that is without the prefix, and "__" and more where it is not the only one.
 */
void sections_target(const char *lsm, const char *prog, enum policy_attachment attachment,
		     char function[SECTIONS_FUNCTION_MAX]);

#endif
