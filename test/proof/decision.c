// SPDX-License-Identifier: GPL-2.0-only
/*
 * THE decision, proven for all policies, operations and callers: each function of the very header
 * that the BPF programs are compiled from does what its contract says, and no operation in it is
 * undefined. The contracts are the manual's text on PROFILES, bpflock(7).
 */

/* The policy is constant: WP takes what is volatile for another value at each reading. */
#define volatile
#define _Static_assert(condition, message)
#include "abi/policy.h"

/*@ logic integer has(struct operation_set s, integer op) =
      0 <= op < 64 ? (s.bits[0] >> op) & 1 :
      64 <= op < 128 ? (s.bits[1] >> (op - 64)) & 1 : 0;

    // A block is for everybody; then the profile; then, for who is not trusted by it, exceptions.
    logic integer decided(struct policy p, integer op, boolean trusted) =
      has(p.block, op) == 1 ? VERDICT_DENY_BLOCKED :
      p.profile == PROFILE_ALLOW ? VERDICT_ALLOW_PRIVILEGED :
      p.profile == PROFILE_BASELINE && trusted ? VERDICT_ALLOW_BASELINE :
      (p.profile == PROFILE_BASELINE || p.profile == PROFILE_RESTRICTED) && has(p.allow, op) == 1 ?
	VERDICT_ALLOW_EXCEPTION :
      p.profile == PROFILE_BASELINE ? VERDICT_DENY_BASELINE : VERDICT_DENY_RESTRICTED;

    predicate allows(integer verdict) =
      verdict == VERDICT_ALLOW_PRIVILEGED || verdict == VERDICT_ALLOW_BASELINE ||
      verdict == VERDICT_ALLOW_EXCEPTION;
    predicate audits(integer verdict) = VERDICT_AUDIT_BLOCKED <= verdict <= VERDICT_AUDIT_RO_DEV;
*/

/*@ requires \valid_read(set);
    assigns \nothing;
    ensures \result != 0 <==> has(*set, op) == 1; */
static inline _Bool operation_set_has(const struct operation_set *set, __u32 op);

/*@ requires \valid_read(policy);
    assigns \nothing;
    ensures \result != 0 <==> policy->audit == 0 &&
      (policy->profile != PROFILE_ALLOW || policy->block.bits[0] != 0 ||
       policy->block.bits[1] != 0 || policy->origin != 0); */
static inline _Bool policy_denies(const struct policy *policy);

/*@ requires \valid_read(policy);
    assigns \nothing;
    ensures \result != 0 <==> has(policy->uncovered, op) != 1 || has(policy->block, op) == 1; */
static inline _Bool decision_concerns(const struct policy *policy, __u32 op);

/*@ requires \valid_read(policy);
    assigns \nothing;
    ensures \result == decided(*policy, op, (boolean)(trusted != 0)); */
static inline enum policy_verdict decision(const struct policy *policy, __u32 op, _Bool trusted);

/*@ requires \valid_read(policy);
    assigns \nothing;
    behavior blocked:
      assumes has(policy->block, op) == 1 || has(policy->block, other) == 1;
      ensures \result == VERDICT_DENY_BLOCKED;
    behavior excepted:
      assumes has(policy->block, op) != 1 && has(policy->block, other) != 1;
      assumes decided(*policy, op, (boolean)(trusted != 0)) == VERDICT_ALLOW_EXCEPTION ||
	decided(*policy, other, (boolean)(trusted != 0)) == VERDICT_ALLOW_EXCEPTION;
      ensures \result == VERDICT_ALLOW_EXCEPTION;
    behavior alike:
      assumes has(policy->block, op) != 1 && has(policy->block, other) != 1;
      assumes decided(*policy, op, (boolean)(trusted != 0)) != VERDICT_ALLOW_EXCEPTION;
      assumes decided(*policy, other, (boolean)(trusted != 0)) != VERDICT_ALLOW_EXCEPTION;
      ensures \result == decided(*policy, op, (boolean)(trusted != 0));
      ensures \result == decided(*policy, other, (boolean)(trusted != 0));
    complete behaviors;
    disjoint behaviors; */
static inline enum policy_verdict decision_both(const struct policy *policy, __u32 op, __u32 other,
						_Bool trusted);

/*@ assigns \nothing;
    ensures \result != 0 <==> !allows(verdict); */
static inline _Bool verdict_objects(enum policy_verdict verdict);

/*@ assigns \nothing;
    ensures \result != 0 <==> !allows(verdict) && !audits(verdict); */
static inline _Bool verdict_denies(enum policy_verdict verdict);

// With audit nothing is denied, and what would have been is still told; without, all stays.
/*@ requires \valid_read(policy);
    requires VERDICT_ALLOW_PRIVILEGED <= verdict <= VERDICT_DENY_RO_DEV;
    assigns \nothing;
    ensures policy->audit != 0 && !allows(verdict) ==> \result == verdict + VERDICT_AUDIT;
    ensures policy->audit != 0 ==> allows(\result) || audits(\result);
    ensures policy->audit == 0 || allows(verdict) ==> \result == verdict; */
static inline enum policy_verdict decision_audit(const struct policy *policy,
						 enum policy_verdict verdict);

#include "abi/decision.h"
