/* SPDX-License-Identifier: GPL-2.0-only */
/* For whom a kernel thread looks for a crypto algorithm: who has asked for it by its full name. */
#ifndef BPFLOCK_ALGORITHM_BPF_H
#define BPFLOCK_ALGORITHM_BPF_H

#include "bpf/policy.bpf.h"
#include "kmodlock.h"

const volatile struct kmodlock_template kmodlock_templates[KMODLOCK_TEMPLATES_MAX];

/* The part of an algorithm's name that was asked for, when, and by which kernel thread since. */
struct algorithm {
	__u64 asked; /* ns, CLOCK_BOOTTIME */
	__u64 taken; /* when that thread was started; 0: by none yet */
};

/* So long the kernel may take to look for all that one algorithm needs. */
#define ALGORITHM_NS 30000000000ULL

/*
 * Parts of the names of crypto algorithms that were asked for and allowed. Only these
 * programs write here: the loader freezes it, which shuts out bpf(2).
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, __u64);
	__type(value, struct algorithm);
} own_algorithms SEC(".maps");

/* The first @length bytes of @text as a word: one to compare, where bytes are loops to verify. */
static __always_inline __u64 word(const char *text, int length)
{
	__u64 word = 0;

	__builtin_memcpy(&word, text, length);
	return word;
}

/* Whether the first @length bytes of @text are those of @start. */
static __always_inline bool begins(__u64 text, const char *start, int length)
{
	return (text & word("\xff\xff\xff\xff\xff\xff\xff\xff", length)) == word(start, length);
}

enum algorithm_act {
	ALGORITHM_FIND = 1, /* is it there for the calling kernel thread? changes nothing */
	ALGORITHM_ASK,	    /* a process was allowed to ask for it */
	ALGORITHM_TAKE,	    /* the calling kernel thread was */
	ALGORITHM_PART = 8, /* or-ed: of what is not the whole name */
};

static __always_inline void algorithm_ask(__u64 part)
{
	struct algorithm new = { .asked = bpf_ktime_get_boot_ns() };

	bpf_map_update_elem(&own_algorithms, &part, &new, BPF_ANY);
	for (int i = 0; i < KMODLOCK_TEMPLATES_MAX; i++) {
		if (kmodlock_templates[i].name != part)
			continue;
		for (int j = 0; j < KMODLOCK_NEEDS_MAX; j++) {
			__u64 need = kmodlock_templates[i].needs[j];

			if (need)
				bpf_map_update_elem(&own_algorithms, &need, &new, BPF_ANY);
		}
		break;
	}
}

/*
 * One thread alone gets what was asked for once: the module is there then, and nobody
 * else's thread comes back for it. What is asked for as part of a longer name is for
 * the next thread to take.
 */
BPF_GLOBAL(algorithm_part, part, act, me)
{
	struct algorithm *found;

	if ((act & ~ALGORITHM_PART) == ALGORITHM_ASK) {
		algorithm_ask(part);
		return 1;
	}
	found = bpf_map_lookup_elem(&own_algorithms, &part);
	if (!found || bpf_ktime_get_boot_ns() - found->asked > ALGORITHM_NS ||
	    (found->taken && found->taken != me))
		return 0;
	if ((act & ~ALGORITHM_PART) == ALGORITHM_TAKE)
		found->taken = act & ALGORITHM_PART ? 0 : me;
	return 1;
}

/* 0 where "-all" ends @name: crypto/api.c asks once with and once without it. */
static __always_inline __u64 not_all(const unsigned char *name)
{
	return (name[0] ^ '-') | (name[1] ^ 'a') | (name[2] ^ 'l') | (name[3] ^ 'l') | name[4];
}

static __always_inline bool is_crypto(const char *name)
{
	__u64 asked = 0;

	if (!state.confidential)
		bpf_probe_read_kernel_str(&asked, sizeof(asked), name);
	return begins(asked, "crypto-", 7);
}

/*
 * Takes "crypto-a(b(c),d)" apart into a, b, c, d, and does @act with each; false where one
 * is not there, or names can't be read.
 */
BPF_GLOBAL(algorithm, name, act, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	/* Not as constants: each would be followed through all turns. */
	__u64 me = KERNEL_READ(kernel_current(), start_boottime);
	__u64 there = kernel_hidden(1, me), none = kernel_hidden(KMODLOCK_HASH, me), part = none;
	unsigned char asked[RECORD_NAME_MAX] = "";

	if (state.confidential)
		return 0;
	act = kernel_hidden(act, me);
	bpf_probe_read_kernel_str(asked, sizeof(asked), (const char *)name);
	for (int i = 7; i < KMODLOCK_NAME_MAX; i++) {
		unsigned char c = asked[i];

		/* 0 where one of them is: one branch to verify in each turn. */
		if (not_all(asked + i) * c * (c ^ '(') * (c ^ ')') * (c ^ ',')) {
			part = kmodlock_hash(part, c);
			continue;
		}
		if (c == '(')
			act |= ALGORITHM_PART;
		if (part != none)
			there &= kernel_hidden(algorithm_part(part, act, me), me);
		part = none;
		if (!c || c == '-')
			break;
	}
	return there;
}

/*
 * Whether the calling kernel thread looks for a crypto algorithm for somebody else
 * (crypto/algboss.c: cryptomgr_probe), who has asked for it by its full name before.
 */
static __always_inline bool is_deputy(struct task_struct *task, const char *name)
{
	__u64 comm[2] = { 0 };

	if (!(KERNEL_READ(task, flags) & PF_KTHREAD) || (!state.confidential && !is_crypto(name)))
		return false;
	bpf_get_current_comm(comm, sizeof(comm));
	/* It begins with "cryptomgr", but not with "cryptomgr_test". */
	return begins(comm[0], "cryptomg", 8) && begins(comm[1], "r", 1) &&
	       !begins(comm[1], "r_test", 6);
}

#endif
