/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two sides of execsnoop share. */
#ifndef BPFLOCK_EXECSNOOP_H
#define BPFLOCK_EXECSNOOP_H

#include "abi/record.h"

#define EXECSNOOP_EXEC 1 /* the only operation */

#endif
