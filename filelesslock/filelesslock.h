/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of filelesslock share. */
#ifndef BPFLOCK_FILELESSLOCK_H
#define BPFLOCK_FILELESSLOCK_H

#include "abi/policy.h"

/* What is executed; where a file may be one or another, the first that denies it decides. */
enum filelesslock_operation {
	FILELESSLOCK_MEMFD = 1,
	FILELESSLOCK_SHM,
	FILELESSLOCK_TMPFILE,
	FILELESSLOCK_UNLINKED,
	FILELESSLOCK_MAPPING,
};

#endif
