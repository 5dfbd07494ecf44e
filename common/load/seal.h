/* SPDX-License-Identifier: GPL-2.0-only */
/* What stays attached without a pin or a descriptor, to the root of cgroup2. */
#ifndef BPFLOCK_SEAL_H
#define BPFLOCK_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/btf.h"

#define SEAL_PROGS_MAX 12

struct bpf_object;
struct sections;

struct seal {
	struct bpf_object *object;
	int root; /* of cgroup2 */
	struct seal_prog {
		const char *name;
		int fd, attach; /* enum bpf_attach_type */
	} list[SEAL_PROGS_MAX];
	int loaded, attached; /* of the list, from its beginning */
	const char *failed; /* what could not be loaded or attached; NULL: the object as a whole */
};

/* Whether the kernel can: Linux 6.0. */
bool seal_possible(const struct kernel_btf *kernel);

/*
 * Loads the object @data, of @size, as @sections say, with its constant @constant set to @own, of
 * @own_size, and before it what keeps kernel.ftrace_enabled at 1. Returns 0 or a negative errno:
 * -ENODEV where the root of cgroup2 can't be reached, -EBADE where somebody changed the constant.
 * seal_release() is due in both cases.
 */
int seal_load(struct seal *seal, struct sections *sections, const void *data, size_t size,
	      const char *constant, const void *own, size_t own_size);

/*
 * Attaches what was loaded. Returns 0 or a negative errno, and then nothing is attached: -EINVAL
 * where others have taken the kernel's room for such hooks, -EACCES where a write of the sysctl is
 * not denied all the same.
 */
int seal_attach(struct seal *seal);

/* Detaches what was attached. */
void seal_undo(struct seal *seal);

void seal_release(struct seal *seal);

#endif
