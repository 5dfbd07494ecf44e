/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guard of the pins' mounts has frozen, as the loader writes it and the BPF side reads it.
 */
#ifndef BPFLOCK_GUARD_H
#define BPFLOCK_GUARD_H

#include <linux/types.h>

#define GUARD_COVERED_MAX 8

/* A directory that something is mounted on: the kernel's numbers, not those of stat(2). */
struct guard_covered {
	__u64 inode;  /* i_ino; 0: unused */
	__u64 device; /* s_dev of its superblock */
};

/* A mount on the way to the pins: the root of what is mounted, and what it lies on. */
struct guard_mount {
	struct guard_covered root;
	__u64 point; /* i_ino; 0: the root of a filesystem */
};

struct guard_frozen {
	__u64 build;	  /* a hash of the BPF object */
	__u64 attachment; /* enum policy_attachment */
	__u64 follows;	  /* not 0: BPF programs may not call to read the kernel's memory */
	struct guard_covered covered[GUARD_COVERED_MAX];
};

_Static_assert(sizeof(struct guard_frozen) == 152, "both sides agree on the layout");

#endif
