/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The types of the running kernel that are needed, and no others: libbpf's parsing of all would be
 * nearly half of what a start costs, and each search through them comes on top.
 */
#ifndef BPFLOCK_BTF_H
#define BPFLOCK_BTF_H

#include <stdbool.h>

#include <linux/types.h>

/* The running kernel's. */
#define BTF_PATH "/sys/kernel/btf/vmlinux"

struct btf;
struct btf_type;

/*
 * The types that a loader asks about, and what the guard of the mounts reads; what the BPF programs
 * read is known from their own types.
 */
enum btf_name {
	BTF_BPF_ATTACH_TYPE,
	BTF_BPF_CMD,
	BTF_BPF_FUNC_ID,
	BTF_BPF_MAP_MEMORY,
	BTF_BPF_PROG_INFO,
	BTF_DENTRY,
	BTF_DENTRY_FLAGS,
	BTF_INODE,
	BTF_KEXEC_FILE_OPS,
	BTF_LOCKDOWN_REASON,
	BTF_SUPER_BLOCK,
	BTF_TASK_STRUCT,
	BTF_NAMES_MAX,
};

struct kernel_btf {
	struct btf *btf;
	__u32 *ids; /* what the kernel calls each of them */
};

/*
 * Reads of @path each structure, union and enum that is called as one of @local (NULL: none) or is
 * asked about, with what they are made of, and the functions that the suite attaches to. What
 * pointers point to is left out. Returns 0 or a negative errno, -EPROTO where the kernel's types
 * are not understood; btf_free() is due after success alone.
 */
int btf_read(struct kernel_btf *kernel, const char *path, const struct btf *local);

/* The kernel's number for function @name, or for tracepoint btf_trace_NAME, 0 if it has none. */
__u32 btf_function(const struct kernel_btf *kernel, const char *name);

/* The kernel's enum @name, or NULL if it has none. */
const struct btf_type *btf_enum_type(const struct kernel_btf *kernel, enum btf_name name);

/* The value of @entry of the kernel's enum @name goes to @value: 0 or -ENOENT. */
int btf_enum_value(const struct kernel_btf *kernel, enum btf_name name, const char *entry,
		   int *value);

/* Whether the kernel has structure @name. */
bool btf_has(const struct kernel_btf *kernel, enum btf_name name);

/* Whether the kernel's structure @name has @member; not where there is no such structure. */
bool btf_has_member(const struct kernel_btf *kernel, enum btf_name name, const char *member);

void btf_free(struct kernel_btf *kernel);

#endif
