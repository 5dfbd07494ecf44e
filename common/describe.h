/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy in words. */
#ifndef BPFLOCK_DESCRIBE_H
#define BPFLOCK_DESCRIBE_H

#include <stdio.h>

#include "operations.h"

/* Writes the profile and who is still allowed, without an end of line. */
void describe_policy(FILE *stream, const struct policy *policy, const struct operations *ops);

/* "denied (baseline)" and so on, the words of the records. */
const char *describe_verdict(enum policy_verdict verdict);

/* "LSM" or "fmod_ret". */
const char *describe_attachment(enum policy_attachment attachment);

/* Writes @ns of CLOCK_BOOTTIME as wall clock time, by what the clock says now, in UTC. */
void describe_time(FILE *stream, __u64 ns);

#endif
