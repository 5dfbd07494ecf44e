/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said of what is locked, or would be, to standard output. */
#ifndef BPFLOCK_SAY_H
#define BPFLOCK_SAY_H

#include "abi/policy.h"
#include "tool/lock.h"

/* Which settings files were read, in the order in which they count. */
void say_files(const struct options *options);

/* The policy in words, between @before and @after. */
void say_policy(const struct run *run, const struct policy *policy, const char *before,
		const char *after);

/* The same, with what follows from how it is attached: an exit status. */
int say_frozen(const struct run *run, const struct frozen *frozen, const char *before,
	       const char *after);

/* The same, and where it is pinned. */
int say_pinned(const struct run *run, const struct frozen *frozen, const char *before);

#endif
