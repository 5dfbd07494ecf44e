/* SPDX-License-Identifier: GPL-2.0-only */
/* The directories that the BPF file system and the mounts above it lie on. */
#ifndef BPFLOCK_COVERED_H
#define BPFLOCK_COVERED_H

#include "abi/guard.h"
#include "pins/pin.h"

/*
 * Finds those of the mount namespace whose pins these are, the host's where it has the same BPF
 * file system mounted. Returns how many there are, or a negative errno: -E2BIG for more than
 * GUARD_COVERED_MAX, -EOPNOTSUPP where one can't be reached by a path.
 */
int covered_find(struct guard_covered covered[GUARD_COVERED_MAX]);

/*
 * Tries to rename each of them, which the guard has to deny; else the kernel refuses it as busy,
 * but after it has asked (fs/namei.c: vfs_rename), and changes nothing. Returns 0 where none was
 * asked in vain, -EACCES where the guard did not deny, with @place where, or another negative errno
 * where it could not be tried. Needs no bpf(2).
 */
int covered_try(char place[PIN_PATH_MAX]);

/*
 * The mounts themselves go to @mounts, from the BPF file system upwards, and the number of their
 * mount namespace to @namespace. Returns how many there are, or a negative errno as covered_find().
 */
int covered_mounts(struct guard_mount mounts[GUARD_COVERED_MAX], __u32 *namespace);

#endif
