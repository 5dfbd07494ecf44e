/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of kmodlock share. */
#ifndef BPFLOCK_KMODLOCK_H
#define BPFLOCK_KMODLOCK_H

#include "policy.h"

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
};

/* A crypto template looks these up by itself (crypto/gcm.c: crypto_gcm_create() and so on). */
#define KMODLOCK_NEEDS_MAX 2
#define KMODLOCK_TEMPLATES_MAX 8

struct kmodlock_template {
	__u64 name;			 /* all are hashed by kmodlock_hash() */
	__u64 needs[KMODLOCK_NEEDS_MAX]; /* 0: none */
};

#define KMODLOCK_HASH 0xcbf29ce484222325ULL

/* FNV-1a, a step a byte. Nobody who is not trusted gets a name in that others are compared with. */
static inline __attribute__((always_inline)) __u64 kmodlock_hash(__u64 hash, char c)
{
	return (hash ^ (unsigned char)c) * 0x100000001b3ULL;
}

#endif
