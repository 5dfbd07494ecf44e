/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BPFLOCK_MOUNTPOINT_BPF_H
#define BPFLOCK_MOUNTPOINT_BPF_H

#include "bpf/kernel.bpf.h"

/* Whether something is mounted on @dentry, in whichever mount namespace. */
static __always_inline bool is_mountpoint(struct dentry *dentry)
{
	if (bpf_core_enum_value_exists(enum dentry_flags, DCACHE_MOUNTED))
		return dentry->d_flags & bpf_core_enum_value(enum dentry_flags, DCACHE_MOUNTED);
	return dentry->d_flags & DCACHE_MOUNTED_MACRO;
}

#endif
