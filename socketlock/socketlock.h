/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of socketlock share. */
#ifndef BPFLOCK_SOCKETLOCK_H
#define BPFLOCK_SOCKETLOCK_H

#include "abi/policy.h"

/* The first number that has no name here: AF_MAX of Linux 7, and of netlink's protocols. */
#define SOCKETLOCK_FAMILIES 46
#define SOCKETLOCK_NETLINKS 23

/*
 * A family is the operation of its own number, a protocol of netlink that of its number in the
 * second word of a set. AF_UNSPEC, which is no family, is all that have no name.
 */
enum socketlock_operation {
	SOCKETLOCK_OTHER = 0,
	SOCKETLOCK_NETLINK = 64,
	SOCKETLOCK_NETLINK_OTHER = SOCKETLOCK_NETLINK + SOCKETLOCK_NETLINKS,
	SOCKETLOCK_UEVENT, /* no kind of socket, but sending on one */
};

_Static_assert(SOCKETLOCK_FAMILIES <= SOCKETLOCK_NETLINK, "families are in the first word");
_Static_assert(SOCKETLOCK_UEVENT < OPERATIONS_MAX, "all are operations");

#endif
