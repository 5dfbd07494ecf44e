/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy in words. */
#ifndef BPFLOCK_DESCRIBE_H
#define BPFLOCK_DESCRIBE_H

#include <stdio.h>

#include "words/operations.h"

/* Writes the profile and who is still allowed, without an end of line. */
void describe_policy(FILE *stream, const struct policy *policy, const struct operations *ops);

/* "denied (baseline)" and so on, the words of the records. */
const char *describe_verdict(enum policy_verdict verdict);

/* "LSM" or "fmod_ret". */
const char *describe_attachment(enum policy_attachment attachment);

#endif
