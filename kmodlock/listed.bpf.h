/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a module, or what is asked for, on the list; and what is the name of what is loaded. */
#ifndef BPFLOCK_LISTED_BPF_H
#define BPFLOCK_LISTED_BPF_H

#include <linux/elf.h>

#include "algorithm.bpf.h"
#include "bpf/policy.bpf.h"
#include "kmodlock.h"

/* Both are frozen by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__uint(key_size, KMODLOCK_LISTED_SIZE);
	__type(value, __u32);
} listed_names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG);
	__type(key, struct kmodlock_listed);
	__type(value, __u32);
} listed_beginnings SEC(".maps");

#define LISTED_BYTES(c) (0x0101010101010101ULL * (c))

/* The highest bit of each byte of @word that is @c, exactly. */
static __always_inline __u64 listed_bytes_of(__u64 word, char c)
{
	word ^= LISTED_BYTES((unsigned char)c);
	return ~(((word & LISTED_BYTES(0x7f)) + LISTED_BYTES(0x7f)) | word | LISTED_BYTES(0x7f));
}

/* What becomes of a name: what is behind its first dot is left out, as of the name of a file. */
#define LISTED_TO_DOT 0x100

static __always_inline void listed_to_dot(__u64 name[KMODLOCK_NAME_WORDS])
{
	__u64 none = 0, dots;

	_Pragma("clang loop unroll(full)") for (int i = 0; i < KMODLOCK_NAME_WORDS; i++)
	{
		dots = listed_bytes_of(name[i], '.');
		/* The bytes below the first. */
		name[i] &= (dots ? ((dots & -dots) >> 7) - 1 : ~0ULL) & ~none;
		none |= dots ? ~0ULL : 0;
	}
}

/*
 * What is at @text becomes the name of @subject; @file: of a file, to its dot. A function of its
 * own, and a loop: it has next to nothing on the stack, of which little is left. Where nobody uses
 * what it returns clang 23 has it return nothing, with a pointer in the register, which the
 * verifier refuses.
 */
static __noinline int subject_named(struct record_subject *subject, __u64 text, bool file)
{
	__u64 none = 0;

	bpf_probe_read_kernel_str(subject->name, sizeof(subject->name), (const void *)text);
	_Pragma("clang loop unroll(disable)") for (int i = 0; file && i < KMODLOCK_NAME_WORDS; i++)
	{
		__u64 *part = (__u64 *)subject->name + i;
		__u64 dots = listed_bytes_of(*part, '.');

		*part &= ~none & (dots ? ((dots & -dots) >> 7) - 1 : ~0ULL);
		none |= dots ? ~0ULL : 0;
	}
	asm volatile("r0 = 0" : : : "r0");
	return 0;
}

/* Whether the list has the name at @name, of the kind in @how. Without a list: all there is. */
BPF_GLOBAL(is_listed, name, how, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	struct kmodlock_listed key = { .bits = 8 * KMODLOCK_LISTED_SIZE, .kind = how & 0xff };

	if (!state.policy.names)
		return 1;
	if (bpf_probe_read_kernel_str(key.name, sizeof(key.name), (const char *)name) < 0)
		return 0;
	if (how & LISTED_TO_DOT)
		listed_to_dot(key.name);
	_Pragma("clang loop unroll(full)") for (int i = 0; i < KMODLOCK_NAME_WORDS; i++)
		key.name[i] ^= (listed_bytes_of(key.name[i], '-') >> 7) * ('-' ^ '_');
	/* A trie of thousands takes three times as long as a table, one of few next to nothing. */
	return bpf_map_lookup_elem(&listed_names, &key.kind) ||
	       bpf_map_lookup_elem(&listed_beginnings, &key);
}

/* No module of Debian's has half as many; of one with more the kernel tells the name later. */
#define LISTED_SECTIONS_MAX 256

static __always_inline bool is_this_module(__u64 text)
{
	__u64 name[4] = { 0 };

	bpf_probe_read_kernel(name, sizeof(".gnu.linkonce.this_module"), (const void *)text);
	return name[0] == word(".gnu.lin", 8) && name[1] == word("konce.th", 8) &&
	       name[2] == word("is_modul", 8) && name[3] == word("e", 1);
}

/*
 * Where the file of @size bytes at @data, which is to be loaded, has the name of the module: in
 * its structure, as the kernel takes it (kernel/module/main.c: setup_load_info). 0: it is no ELF
 * file, or one that makes no sense here.
 */
BPF_GLOBAL(module_name, data, size, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	Elf64_Shdr strings = { 0 }, section = { 0 };
	Elf64_Ehdr header = { 0 };
	__u64 name = bpf_core_field_offset(((struct module *)0)->name), end;

	if (!state.policy.names || size < sizeof(header))
		return 0;
	bpf_probe_read_kernel(&header, sizeof(header), (const void *)data);
	if (!begins(*(__u32 *)header.e_ident, ELFMAG, SELFMAG) || header.e_shoff >= size ||
	    header.e_shstrndx >= header.e_shnum || header.e_shentsize != sizeof(section) ||
	    header.e_shnum * sizeof(section) > size - header.e_shoff)
		return 0;
	header.e_shoff += data;
	bpf_probe_read_kernel(&strings, sizeof(strings),
			      (const void *)(header.e_shoff + header.e_shstrndx * sizeof(section)));
	if (strings.sh_offset >= size)
		return 0;
	for (__u32 i = 1; i < LISTED_SECTIONS_MAX; i++) {
		if (i >= header.e_shnum)
			break;
		bpf_probe_read_kernel(&section, sizeof(section),
				      (const void *)(header.e_shoff + i * sizeof(section)));
		if (section.sh_name >= size - strings.sh_offset ||
		    !is_this_module(data + strings.sh_offset + section.sh_name))
			continue;
		end = section.sh_offset + name + KMODLOCK_NAME_MAX;
		return section.sh_offset < size && end <= size ? data + section.sh_offset + name
							       : 0;
	}
	return 0;
}

/* How files begin that the kernel decompresses (kernel/module/decompress.c): gzip, xz, zstd. */
static __always_inline bool is_compressed(__u64 data, __u64 size)
{
	__u32 magic = 0;

	if (size < sizeof(magic))
		return false;
	bpf_probe_read_kernel(&magic, sizeof(magic), (const void *)data);
	return begins(magic, "\x1f\x8b", 2) ||
	       begins(magic,
		      "\xfd"
		      "7zX",
		      4) ||
	       begins(magic, "\x28\xb5\x2f\xfd", 4);
}

/* Linux 6.4: an enum. include/linux/kernfs.h */
#define LISTED_KERNFS_DIR 1

static __always_inline __u64 kernfs_name(struct kernfs_node *node)
{
	/* Linux 6.17 and newer take it for a pointer that no function of its own can be given. */
	return kernel_number(KERNEL_READ(node, name));
}

static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	struct kernfs_node___6_15 *newer = (struct kernfs_node___6_15 *)node;

	if (bpf_core_field_exists(node->parent))
		return BPF_CORE_READ(node, parent);
	return BPF_CORE_READ(newer, __parent);
}

/*
 * The name that the kernel is about to give the module in /sys/module, whose directory is @parent;
 * 0: @node is something else.
 */
static __always_inline __u64 sysfs_module(struct kernfs_node *parent, struct kernfs_node *node)
{
	__u64 text = 0;

	if ((KERNEL_READ(node, flags) & 0xf) != LISTED_KERNFS_DIR)
		return 0;
	bpf_probe_read_kernel_str(&text, sizeof(text), (const void *)kernfs_name(parent));
	if (text != word("module", 6))
		return 0;
	/* Other directories of that name lie deeper. */
	parent = kernfs_parent(parent);
	return parent && !kernfs_parent(parent) ? kernfs_name(node) : 0;
}

#endif
