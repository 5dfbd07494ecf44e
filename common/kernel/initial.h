/* SPDX-License-Identifier: GPL-2.0-only */
/* The inodes of the initial namespaces. */
#ifndef BPFLOCK_INITIAL_H
#define BPFLOCK_INITIAL_H

/* include/linux/proc_ns.h: PROC_PID_INIT_INO, PROC_USER_INIT_INO, the inodes of these initial
 * namespaces, the same on every kernel. */
#define HOST_PID_NAMESPACE 0xeffffffc
#define HOST_USER_NAMESPACE 0xeffffffd

#endif
