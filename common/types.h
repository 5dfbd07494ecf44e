/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The types of the running kernel that are needed, and no others: libbpf's parsing of all would be
 * nearly half of what a start costs, and each search through them comes on top.
 */
#ifndef BPFLOCK_TYPES_H
#define BPFLOCK_TYPES_H

#include <linux/types.h>

/* The running kernel's. */
#define TYPES_PATH "/sys/kernel/btf/vmlinux"

struct btf;

struct types {
	struct btf *btf;
	__u32 *ids; /* what the kernel calls each of them */
};

/*
 * Reads of @path each structure, union and enum that is called as one of @local or is asked about,
 * with what they are made of, and the functions that the suite attaches to. What pointers point to
 * is left out. Returns 0 or a negative errno, -EPROTO where the kernel's types are not understood;
 * types_free() is due after success alone.
 */
int types_read(struct types *types, const char *path, const struct btf *local);

/* The kernel's number for function @name, 0 if it has none. */
__u32 types_function(const struct types *types, const char *name);

void types_free(struct types *types);

#endif
