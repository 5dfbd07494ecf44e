/* SPDX-License-Identifier: GPL-2.0-only */
/* From a BPF object to attached links. */
#ifndef BPFLOCK_LOAD_H
#define BPFLOCK_LOAD_H

#include <stdbool.h>

#include "pins/pinset.h"

#define LOAD_LINKS_MAX 32

struct bpf_object;
struct bpf_program;
struct trusted;
struct sections;

struct load {
	struct pin_link links[LOAD_LINKS_MAX]; /* the hooks, the iterators, then what was kept */
	int count;
	const char *failed; /* what could not be attached; NULL: loading failed */
};

/* The hook of @object after @previous, or the first after NULL, that is not left out. */
struct bpf_program *load_next_hook(const struct bpf_object *object, struct bpf_program *previous);

/*
 * Loads @object as @sections say, with who is @trusted, attaches its hooks, then the
 * iterators. Returns 0 or a negative errno; in both cases load_release() is to be called.
 * -EBADE: somebody changed what is frozen before it was.
 */
int load_attach(struct bpf_object *object, struct sections *sections, const struct trusted *trusted,
		struct load *load);

/* Only loads it, to see whether it can be: 0 or a negative errno, as load_attach(). */
int load_try(struct bpf_object *object, struct sections *sections, const struct trusted *trusted);

/*
 * Adds @link, whose link is NULL where attaching failed (errno): 0 or a negative errno, and then
 * @load->failed is its name and the link is destroyed.
 */
int load_keep(struct load *load, struct pin_link link);

/*
 * Whether programs may call to read kernel memory: not where lockdown's confidentiality is on, or
 * a BPF program of the suite denies it (kernel/trace/bpf_trace.c: LOCKDOWN_BPF_READ_KERNEL).
 */
bool load_may_read(void);

/*
 * Whether the BTF of @object can be loaded. Without it the verifier walks a global function once
 * for each call: that of units, for minutes.
 */
bool load_may_load_btf(const struct bpf_object *object);

/* Detaches what is not pinned. */
void load_release(struct load *load);

/* A descriptor of the iterator @name, which is not pinned yet, or a negative errno. */
int load_open(const struct load *load, const char *name);

#endif
