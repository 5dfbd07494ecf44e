/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what is pinned here is pinned on the host, or goes with a container. */
#ifndef BPFLOCK_HOST_H
#define BPFLOCK_HOST_H

/* include/linux/proc_ns.h: PROC_PID_INIT_INO, PROC_USER_INIT_INO, the inodes of these initial
 * namespaces, the same on every kernel. */
#define HOST_PID_NAMESPACE 0xeffffffc
#define HOST_USER_NAMESPACE 0xeffffffd

enum host_bpffs {
	HOST_BPFFS_SAME = 1, /* the host's, or to be mounted in the host's mount namespace */
	HOST_BPFFS_OTHER,    /* another than the host's */
	HOST_BPFFS_UNKNOWN,  /* one is there, and the host can't be seen from here */
	HOST_BPFFS_NONE,     /* none is there, and one mounted here would not be the host's */
};

/*
 * A bpffs mounted in a mount namespace of its own is unmounted with its last process, which
 * ends what is pinned in it. The host is the mount namespace of the machine's PID 1.
 */
enum host_bpffs host_bpffs(void);

#endif
