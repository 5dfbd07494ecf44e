/* SPDX-License-Identifier: GPL-2.0-only */
/* From a BPF object to attached links. */
#ifndef BPFLOCK_LOAD_H
#define BPFLOCK_LOAD_H

#include "pinset.h"
#include "policy.h"

#define LOAD_LINKS_MAX 24

/* The names of maps that only the programs themselves may write begin so. */
#define LOAD_OWN "own_"

struct bpf_object;
struct bpf_program;
struct cgroups;
struct types;

struct load {
	struct pin_link links[LOAD_LINKS_MAX]; /* the hooks, then the iterators */
	int hooks;
	int count;
	const char *failed; /* what could not be attached; NULL: loading failed */
};

/* The hook of @object after @previous, or the first after NULL, that is not left out. */
struct bpf_program *load_next_hook(const struct bpf_object *object, struct bpf_program *previous);

/*
 * Has @object count and record where what @program has pinned does, if that is
 * of the same layout; else it starts anew. To be called before load_attach().
 * Returns 0 or a negative errno, and then @object is not to be loaded.
 */
int load_reuse(struct bpf_object *object, const char *program);

/*
 * Loads @object with the kernel's @types and the trusted @cgroups, attaches its hooks as
 * @attachment says, then the iterators. Returns 0 or a negative errno; in both cases load_release()
 * is to be called. -EBADE: somebody changed what is frozen before it was.
 */
int load_attach(struct bpf_object *object, const struct types *types,
		enum policy_attachment attachment, const struct cgroups *cgroups,
		struct load *load);

/*
 * What the kernel's @types tell about attaching.
 * Skipping: a fmod_ret program that another task on that CPU is preempted in is skipped. The guard,
 * and the count of what it skips, came with Linux 5.12 (kernel/bpf/trampoline.c: __bpf_prog_enter).
 */
struct load_kernel {
	bool has_bpf_lsm; /* built with CONFIG_BPF_LSM, active or not */
	bool skips;
};

/* Whether structure @name of @types has @member: 1, 0, or -ENOENT if there is no such structure. */
int load_has_member(const struct types *types, const char *name, const char *member);

struct load_kernel load_kernel(const struct types *types);

/*
 * Whether programs may call to read kernel memory: not where lockdown's confidentiality is on, or
 * a BPF program of the suite denies it (kernel/trace/bpf_trace.c: LOCKDOWN_BPF_READ_KERNEL).
 */
bool load_may_read(void);

/* Detaches what is not pinned. */
void load_release(struct load *load);

/*
 * 1 where programs like those of @object are attached, wherever pinned or held, also two seconds
 * from now: what goes takes a moment. 0 where not, -EPERM where bpf(2) is shut.
 */
int load_stays(const struct bpf_object *object);

/* A descriptor of the state iterator that is not pinned yet, or a negative errno. */
int load_open_state(const struct load *load);

#endif
