/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE decision, a pure function of the policy, the operation and whether the
 * caller is trusted. Compiled into the BPF programs, which enforce it, and
 * into the loader, which needs to know what a self-test must meet.
 */
#ifndef BPFLOCK_DECISION_H
#define BPFLOCK_DECISION_H

#include <stdbool.h>

#include "abi/policy.h"

/* Whether @op is in @set; an operation past the table is in none. */
static inline __attribute__((always_inline)) bool operation_set_has(
	const volatile struct operation_set *set, __u32 op)
{
	__u64 word;

	if (op >= OPERATIONS_MAX)
		return false;
	/* Not indexed: the verifier would lose the bound, and constants fold. */
	word = op < 64 ? set->bits[0] : set->bits[1];
	return word >> (op % 64) & 1;
}

/* Whether any operation is denied to anybody. */
static inline bool policy_denies(const struct policy *policy)
{
	return !policy->audit && (policy->profile != PROFILE_ALLOW || policy->block.bits[0] ||
				  policy->block.bits[1] || policy->origin);
}

/* Whether the policy has anything to say about @op. */
static inline __attribute__((always_inline)) bool decision_concerns(
	const volatile struct policy *policy, __u32 op)
{
	return !operation_set_has(&policy->uncovered, op) || operation_set_has(&policy->block, op);
}

/* The verdict of @policy on @op; @trusted matters under baseline only. */
static inline __attribute__((always_inline)) enum policy_verdict decision(
	const volatile struct policy *policy, __u32 op, bool trusted)
{
	if (operation_set_has(&policy->block, op))
		return VERDICT_DENY_BLOCKED;
	switch (policy->profile) {
	case PROFILE_ALLOW:
		return VERDICT_ALLOW_PRIVILEGED;
	case PROFILE_BASELINE:
		if (trusted)
			return VERDICT_ALLOW_BASELINE;
		if (operation_set_has(&policy->allow, op))
			return VERDICT_ALLOW_EXCEPTION;
		return VERDICT_DENY_BASELINE;
	case PROFILE_RESTRICTED:
		if (operation_set_has(&policy->allow, op))
			return VERDICT_ALLOW_EXCEPTION;
		return VERDICT_DENY_RESTRICTED;
	default: /* none */
		return VERDICT_DENY_RESTRICTED;
	}
}

/* On what is two operations at once: a block of either denies, an exception of either allows. */
static inline __attribute__((always_inline)) enum policy_verdict decision_both(
	const volatile struct policy *policy, __u32 op, __u32 other, bool trusted)
{
	enum policy_verdict verdict = decision(policy, op, trusted);
	enum policy_verdict second = decision(policy, other, trusted);

	if (verdict == VERDICT_DENY_BLOCKED || second == VERDICT_DENY_BLOCKED)
		return VERDICT_DENY_BLOCKED;
	return verdict == VERDICT_ALLOW_EXCEPTION ? verdict : second;
}

/* Whether @verdict is none of the profile's permissions, audited or not. */
static inline __attribute__((always_inline)) bool verdict_objects(enum policy_verdict verdict)
{
	return verdict < VERDICT_ALLOW_PRIVILEGED || verdict > VERDICT_ALLOW_EXCEPTION;
}

/* Whether @verdict refuses; what is not known to permit does. */
static inline __attribute__((always_inline)) bool verdict_denies(enum policy_verdict verdict)
{
	return verdict_objects(verdict) &&
	       (verdict < VERDICT_AUDIT_BLOCKED || verdict > VERDICT_AUDIT_RO_DEV);
}

/* What becomes of @verdict under @policy: with audit an objection is only recorded. */
static inline __attribute__((always_inline)) enum policy_verdict decision_audit(
	const volatile struct policy *policy, enum policy_verdict verdict)
{
	return policy->audit && verdict_denies(verdict) ? verdict + VERDICT_AUDIT : verdict;
}

#endif
