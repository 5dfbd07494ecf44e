/* SPDX-License-Identifier: GPL-2.0-only */
/* Links and programs whose pins are removed, until they are gone. */
#ifndef BPFLOCK_GONE_H
#define BPFLOCK_GONE_H

#include <linux/types.h>
#include <stdbool.h>

#define GONE_MAX 64

/*
 * What was behind removed pins. A link whose last pin goes is detached only after
 * an RCU grace period (fs/inode.c: destroy_inode, then kernel/bpf/syscall.c:
 * bpf_link_free), so what was dropped still decides; and on, if somebody holds it.
 */
struct gone {
	__u32 links[GONE_MAX];
	__u32 progs[GONE_MAX];
	int count;
	bool unknown; /* bpf(2) is shut: there may be some */
};

/* Notes what is pinned at @path, before that pin is removed. */
void gone_note(struct gone *gone, const char *path);

/* Waits until what was noted decides no more: 0, or -EBUSY where a process holds it. */
int gone_wait(const struct gone *gone);

#endif
