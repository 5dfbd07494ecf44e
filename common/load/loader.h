/* SPDX-License-Identifier: GPL-2.0-only */
/* This process, told from every other one that there was or will be. */
#ifndef BPFLOCK_LOADER_H
#define BPFLOCK_LOADER_H

#include "abi/identity.h"

/*
 * Takes this process's pid and start-time tick to @self, then waits for the tick to end: no later
 * process can have both. Returns 0, -EXDEV outside the initial pid namespace, where there is no
 * telling, or a negative errno.
 */
int loader_identity(struct identity *self);

#endif
