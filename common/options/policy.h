/* SPDX-License-Identifier: GPL-2.0-only */
/* From what is asked for to the policy that is frozen. */
#ifndef BPFLOCK_OPTIONS_POLICY_H
#define BPFLOCK_OPTIONS_POLICY_H

#include "kernel/trusted.h"
#include "options/request.h"
#include "words/operations.h"

/*
 * Fills in @policy, and @trusted, whose lists the caller frees, from @options, whose profile is
 * given. Returns 0, or an exit status after having said what is wrong.
 */
int policy_from(const struct options *options, const struct operations *ops,
		const struct operation_words *words, struct policy *policy,
		struct trusted *trusted);

#endif
