/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what is pinned here is pinned on the host, or goes with a container. */
#ifndef BPFLOCK_BPFFS_H
#define BPFLOCK_BPFFS_H

enum bpffs {
	BPFFS_SAME = 1, /* the host's, or to be mounted in the host's mount namespace */
	BPFFS_OTHER,	/* another than the host's */
	BPFFS_UNKNOWN,	/* one is there, and the host can't be seen from here */
	BPFFS_NONE,	/* none is there, and one mounted here would not be the host's */
};

/*
 * A bpffs mounted in a mount namespace of its own is unmounted with its last process, which
 * ends what is pinned in it. The host is the mount namespace of the machine's PID 1.
 */
enum bpffs bpffs_host(void);

/*
 * A descriptor of the host's mount namespace, to be closed, where this process is in another and
 * the host has the bpffs mounted that is mounted here; else -1.
 */
int bpffs_host_mounts(void);

#endif
