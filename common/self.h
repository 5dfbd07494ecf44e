/* SPDX-License-Identifier: GPL-2.0-only */
/* This process, told from every other one that there was or will be. */
#ifndef BPFLOCK_SELF_H
#define BPFLOCK_SELF_H

#include "identity.h"

/*
 * Finds out who this process is, and returns only when @end is over: no process
 * that is started from then on has the same number and start. Returns 0, -EXDEV
 * outside the initial pid namespace, where there is no telling, or a negative errno.
 */
int self_identity(struct identity *self);

#endif
