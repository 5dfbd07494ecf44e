/* SPDX-License-Identifier: GPL-2.0-only */
/* A process, told from every other one that there was or will be. */
#ifndef BPFLOCK_IDENTITY_H
#define BPFLOCK_IDENTITY_H

#include <linux/types.h>

struct identity {
	__u32 tgid;  /* in the initial pid namespace; 0: nobody */
	__u64 start; /* it was started from here, ns, CLOCK_BOOTTIME, */
	__u64 end;   /* and before here */
};

#endif
