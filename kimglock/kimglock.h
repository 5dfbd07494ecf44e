/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of kimglock share. */
#ifndef BPFLOCK_KIMGLOCK_H
#define BPFLOCK_KIMGLOCK_H

#include "abi/policy.h"

/* Operations are the kernel's enum lockdown_reason, and after all of them: */
enum kimglock_operation {
	KIMGLOCK_BTF_LOAD = OPERATIONS_MAX - 1,
};

#endif
