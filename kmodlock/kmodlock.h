/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of kmodlock share. */
#ifndef BPFLOCK_KMODLOCK_H
#define BPFLOCK_KMODLOCK_H

#include "abi/policy.h"

enum kmodlock_operation {
	KMODLOCK_LOAD = 1,
	KMODLOCK_AUTOLOAD,
	KMODLOCK_AUTOLOAD_UNPRIVILEGED,
	KMODLOCK_UNLOAD,
	KMODLOCK_UNSIGNED,
	KMODLOCK_PARAMETERS,
	/* Denied by the origin only. */
	KMODLOCK_MODULE_ORIGIN,
	KMODLOCK_FIRMWARE_ORIGIN,
	/* Denied by the list only. */
	KMODLOCK_UNLISTED,
};

/* A crypto template looks these up by itself (crypto/gcm.c: crypto_gcm_create() and so on). */
#define KMODLOCK_NEEDS_MAX 2
#define KMODLOCK_TEMPLATES_MAX 8

struct kmodlock_template {
	__u64 name;			 /* all are hashed by kmodlock_hash() */
	__u64 needs[KMODLOCK_NEEDS_MAX]; /* 0: none */
};

/*
 * include/linux/module.h: MODULE_NAME_LEN, with the zero that ends it; __request_module() refuses
 * what is longer. In words, which are quicker than bytes.
 */
#define KMODLOCK_NAME_MAX 56
#define KMODLOCK_NAME_WORDS (KMODLOCK_NAME_MAX / 8)

/* A module may be loaded by its own name; asked for is also what is another name for it. */
enum kmodlock_name_kind {
	KMODLOCK_NAME_MODULE = 1,
	KMODLOCK_NAME_REQUEST,
};

/*
 * What is on the list: the kind and the name, '-' as '_', filled up with zeros, the key of a table;
 * and what whole names begin with, the key of a trie with how many bits of both that is.
 */
struct kmodlock_listed {
	__u32 bits;
	__u32 kind; /* enum kmodlock_name_kind */
	__u64 name[KMODLOCK_NAME_WORDS];
};

#define KMODLOCK_LISTED_SIZE (sizeof(struct kmodlock_listed) - sizeof(__u32))

/* What was asked for, or loaded by who was not told to by the kernel, while learning. */
struct kmodlock_learnt_key {
	__u32 kind; /* enum kmodlock_name_kind: of what was loaded, or asked for */
	__u32 unused;
	char name[KMODLOCK_NAME_MAX];
};

struct kmodlock_learnt {
	__u64 first; /* ns, CLOCK_BOOTTIME */
	__u32 count;
	__u32 uid; /* these are of the first who did */
	char comm[16];
	char pcomm[16];
};

/* Of who is trusted and might load modules by himself; and of all others, kept apart. */
#define KMODLOCK_LEARNT_MAX 1024
#define KMODLOCK_LEARNT_OTHERS_MAX 256

_Static_assert(sizeof(struct kmodlock_listed) == 64, "both sides agree on the layout");
_Static_assert(sizeof(struct kmodlock_learnt_key) == 64, "both sides agree on the layout");
_Static_assert(sizeof(struct kmodlock_learnt) == 48, "both sides agree on the layout");

#define KMODLOCK_HASH 0xcbf29ce484222325ULL

/* FNV-1a, a step a byte. Nobody who is not trusted gets a name in that others are compared with. */
static inline __attribute__((always_inline)) __u64 kmodlock_hash(__u64 hash, char c)
{
	return (hash ^ (unsigned char)c) * 0x100000001b3ULL;
}

#endif
