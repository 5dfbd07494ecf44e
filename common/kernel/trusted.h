/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is trusted beside those of the initial namespaces, and what a program has listed of its own.
 */
#ifndef BPFLOCK_TRUSTED_H
#define BPFLOCK_TRUSTED_H

#include "kernel/cgroup.h"
#include "kernel/unit.h"

/* Keys of a table of the program's, each once, in the order of their bytes. */
struct names {
	void *list;
	size_t size; /* of a key */
	size_t count;
};

struct trusted {
	struct cgroups cgroups;
	struct units units;
	struct names names;
	struct names beginnings; /* of names: a key has __u32 of how many bits, then the bits */
};

#endif
