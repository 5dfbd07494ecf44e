/* SPDX-License-Identifier: GPL-2.0-only */
/* A child process that no policy trusts, for the self-test. */
#ifndef BPFLOCK_CHILD_H
#define BPFLOCK_CHILD_H

#include <stdbool.h>
#include <stdint.h>

struct child {
	/*
	 * Of which kinds one namespace is to be a new one (enum namespace_kind); where none can be
	 * had it gives up by its name to be trusted (abi/policy.h). 0: it stays.
	 */
	uint32_t leaves;
	/* Whether it goes to the root of cgroup2, which nobody can trust. */
	bool leaves_cgroup;
	int (*try)(unsigned int op);
	unsigned int op;
};

enum child_result {
	CHILD_RAN = 1,
	CHILD_NOT_STARTED, /* no process can be started, or it died */
	CHILD_DELAYED,	   /* it did not end in DELAY_SECONDS, and was killed: -ETIMEDOUT */
};

/*
 * Runs it to its end. @ret gets what try() returned, of which errno numbers below 127 arrive, or
 * the negative errno of what failed.
 */
enum child_result child_run(const struct child *child, int *ret);

/*
 * Has a child of this process try @op: the first process of a pid namespace, which this one may be,
 * counts for some programs as its parent does. An exit status is 8 bits: what is returned is 0,
 * -EPERM, -ENODATA or -ESRCH.
 */
int child_try(int (*try)(unsigned int op), unsigned int op);

/*
 * What a test returns of a system call that returned @ret: -EPERM where it was denied, else 0,
 * whatever else may have been wrong.
 */
int child_denied(long ret);

/* In a child: gives up capability @cap, one of the first 32. Returns 0 or a negative errno. */
int child_drop(int cap);

#endif
