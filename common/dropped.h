/* SPDX-License-Identifier: GPL-2.0-only */
/* Links and programs whose pins are removed, until they are gone. */
#ifndef BPFLOCK_DROPPED_H
#define BPFLOCK_DROPPED_H

#include <linux/types.h>
#include <stdbool.h>

#define DROPPED_MAX 64

/*
 * What was behind removed pins. A link whose last pin goes is detached only after
 * an RCU grace period (fs/inode.c: destroy_inode, then kernel/bpf/syscall.c:
 * bpf_link_free), so what was dropped still decides; and on, if somebody holds it.
 */
struct dropped {
	__u32 links[DROPPED_MAX];
	__u32 programs[DROPPED_MAX];
	int count;
	bool unknown; /* bpf(2) is shut: there may be some */
};

/* Notes what is pinned at @path, before that pin is removed. */
void dropped_note(struct dropped *dropped, const char *path);

/* Waits until what was noted decides no more: 0, or -EBUSY where a process holds it. */
int dropped_wait(const struct dropped *dropped);

#endif
