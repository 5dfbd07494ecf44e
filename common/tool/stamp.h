/* SPDX-License-Identifier: GPL-2.0-only */
/* What the launcher asks of a program, as lines of a word and what it is: --stamp. */
#ifndef BPFLOCK_STAMP_H
#define BPFLOCK_STAMP_H

#include "tool/lock.h"

/*
 * With --status: whether it is in force by its pins alone, without a test, what it denies to who is
 * not trusted, and what was counted. 0, or 3 where it is not, or another exit status.
 */
int stamp_status(const struct run *run);

/* The operations of this kernel. */
void stamp_known(const struct operations *ops);

/* With --dry-run: what @policy would deny to who is not trusted. */
void stamp_denied(const struct operations *ops, const struct policy *policy);

#endif
