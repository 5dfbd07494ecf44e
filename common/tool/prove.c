// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "kernel/kernel.h"
#include "load/load.h"
#include "pins/pin.h"
#include "records/records.h"
#include "tool/child.h"
#include "tool/prove.h"
#include "words/kinds.h"

const struct tool_hook *prove_row(const struct tool *tool, const char *prog)
{
	const struct tool_hook *hook = tool->hooks;

	while (strcmp(hook->prog, prog))
		hook++;
	return hook;
}

bool prove_testable(const struct tool_hook *hook)
{
	return hook->tests[0].try && !(hook->after_lockdown && kernel_lockdown() != LOCKDOWN_OFF);
}

const struct tool_hook *prove_denied(const struct tool *tool, const struct operations *ops,
				     int *err)
{
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++) {
		const struct tool_test *test = hook->tests;
		const struct child child = {
			.try = test->try,
			.op = test->try ? (unsigned int)operations_find(ops, test->operation) : 0,
		};
		int ret;

		if (!test->try)
			continue;
		*err = 0;
		if (child_run(&child, &ret) != CHILD_RAN)
			*err = ret;
		if (*err || (ret != -EPERM && ret != -ESRCH))
			return hook;
	}
	return NULL;
}

/* What became of one try. */
enum seen {
	SEEN = 1,    /* decided as it must be */
	SEEN_NOT,    /* not decided at all */
	SEEN_WRONG,  /* decided, and the kernel did otherwise */
	SEEN_BEFORE, /* something else denied it before the hook was asked */
	NOBODY,	     /* there is nobody to try it on */
	NOT_TRIED,
	SEEN_DELAYED, /* somebody lets it wait */
};

struct prove {
	const struct tool *tool;
	const struct operations *ops;
	const struct policy *policy;
	const struct load *load;
	const struct tool_hook *hook;
	int error; /* of what could not be tried */
};

struct counts {
	__u64 wanted; /* of the verdict that is due */
	__u64 all;    /* of any: another configuration of ours may be asked first */
};

static int read_counts(const struct prove *p, unsigned int op, enum policy_verdict verdict,
		       struct counts *counts)
{
	struct records_state state;
	int err = p->load ? records_read_state(load_open(p->load, PIN_STATE), &state)
			  : records_pinned_state(p->tool->name, &state);

	/* In another pid namespace than the initial one it counts as what anybody does. */
	*counts = (struct counts){ .wanted = state.tests[op][verdict] + state.counts[op][verdict] };
	for (int i = VERDICT_ALLOW_PRIVILEGED; i < VERDICTS_MAX; i++)
		counts->all += state.tests[op][i] + state.counts[op][i];
	return err;
}

/*
 * Of which kinds a child leaves one. In a trusted group it is in all namespaces but those of a pid:
 * without these it gives up by its name.
 */
static uint32_t leaves(const struct policy *policy)
{
	return policy->groups && !(policy->namespaces & NAMESPACE_PID) ? KINDS_NONE
								       : policy->namespaces;
}

/* Has a child try @op, for which @verdict is due. */
static enum seen try_in_child(struct prove *p, int (*try)(unsigned int op), bool outside,
			      unsigned int op, enum policy_verdict verdict)
{
	const struct child child = {
		.leaves = outside ? leaves(p->policy) : 0,
		.leaves_cgroup = outside && (p->policy->cgroups || p->policy->units),
		.try = try,
		.op = op,
	};
	struct counts before, after;
	enum child_result result;
	int ret;

	p->error = read_counts(p, op, verdict, &before);
	if (p->error)
		return NOT_TRIED;
	result = child_run(&child, &ret);
	if (result != CHILD_RAN) {
		p->error = result == CHILD_NOT_STARTED ? -ECHILD : ret;
		return result == CHILD_DELAYED ? SEEN_DELAYED : NOT_TRIED;
	}
	p->error = read_counts(p, op, verdict, &after);
	if (p->error)
		return NOT_TRIED;
	if (before.wanted != after.wanted)
		return verdict_denies(verdict) && ret != -EPERM && ret != -ENODATA ? SEEN_WRONG
										   : SEEN;
	if (ret != -EPERM)
		return ret == -ESRCH ? NOBODY : SEEN_NOT;
	return verdict_denies(verdict) && before.all != after.all ? SEEN : SEEN_BEFORE;
}

static enum seen run_test(struct prove *p, const struct tool_test *test, bool outside,
			  unsigned int op, enum policy_verdict verdict)
{
	enum seen seen;

	verdict = decision_audit(p->policy, verdict);
	if (test->ask && !verdict_denies(verdict)) {
		seen = try_in_child(p, test->ask, outside, op, verdict);
		/* What does more than ask is told of in the kernel's log where it is not denied. */
		return seen == SEEN_NOT ? NOBODY : seen;
	}
	seen = try_in_child(p, test->try, outside, op, verdict);
	/* Two who test at once may have had one place (bpf/record.bpf.h: testers). */
	return seen == SEEN_NOT ? try_in_child(p, test->try, outside, op, verdict) : seen;
}

/* Whether a hook's @decides, or what no other hook's names, has operation @op. */
static bool decides(const struct prove *p, unsigned int op)
{
	return !strcmp(p->ops->list[op].event, p->hook->event);
}

static bool has_own_test(const struct prove *p, unsigned int op)
{
	for (const struct tool_test *test = p->hook->tests; test->try; test++)
		if (test->operation && operations_find(p->ops, test->operation) == (int)op)
			return true;
	return false;
}

/* Which operations are tried: of whom, and what is due. */
enum pass {
	PASS_DENIED,  /* what must be denied to somebody who is not trusted */
	PASS_COUNTED, /* what is allowed to him */
	PASS_BLOCKED, /* what must be denied to this process too */
	PASS_INSIDE,  /* what must be denied to him, by this process */
};

static enum policy_verdict decide(const struct prove *p, const struct tool_test *test,
				  unsigned int op, bool trusted)
{
	int with = test->with ? operations_find(p->ops, test->with) : -1;

	return with < 0 ? decision(p->policy, op, trusted)
			: decision_both(p->policy, (unsigned int)with, op, trusted);
}

/* The verdict due on @op by @test, 0 where it is nothing for @pass. */
static enum policy_verdict due(const struct prove *p, const struct tool_test *test, unsigned int op,
			       enum pass pass)
{
	bool placed = p->policy->origin && test->origin;
	enum policy_verdict verdict = placed ? VERDICT_DENY_ROOTFS : decide(p, test, op, false);

	if ((!placed && !decision_concerns(p->policy, op)) ||
	    verdict_denies(verdict) != (pass != PASS_COUNTED) ||
	    (test->to_trusted && !p->policy->namespaces) ||
	    (test->in_host_mounts && p->policy->namespaces & NAMESPACE_MNT) ||
	    (test->to_anybody && (p->policy->namespaces || pass == PASS_COUNTED)) ||
	    (test->if_denied && (pass != PASS_DENIED || p->policy->audit)))
		return 0;
	if (pass < PASS_BLOCKED || placed)
		return verdict;
	verdict = decide(p, test, op, true);
	return pass == PASS_INSIDE || verdict_denies(verdict) ? verdict : 0;
}

/*
 * Runs the tests of @pass until one is seen or found wrong; else what the last of them came to, 0
 * where there is none. @verdict gets what was seen.
 */
static enum seen run_pass(struct prove *p, enum pass pass, enum policy_verdict *verdict)
{
	enum seen result = 0, seen;

	for (const struct tool_test *test = p->hook->tests; test->try; test++) {
		const char *name =
			p->policy->origin && test->origin ? test->origin : test->operation;
		int first = name ? operations_find(p->ops, name) : 0;
		int last = name ? first : OPERATIONS_MAX - 1;

		if (pass >= PASS_BLOCKED && test->outside)
			continue;
		for (int op = first; op >= 0 && op <= last; op++) {
			if (!name && (!*p->ops->list[op].name || !decides(p, (unsigned int)op) ||
				      has_own_test(p, (unsigned int)op)))
				continue;
			*verdict = due(p, test, (unsigned int)op, pass);
			if (!*verdict)
				continue;
			seen = run_test(p, test, pass < PASS_BLOCKED, (unsigned int)op, *verdict);
			if (seen == SEEN || seen == SEEN_WRONG || seen == SEEN_DELAYED)
				return seen;
			if (seen != NOBODY && (!result || seen != SEEN_BEFORE))
				result = seen;
		}
	}
	return result;
}

#define WHY(result, ...) snprintf((result)->why, sizeof((result)->why), __VA_ARGS__)

static enum proof before(const struct prove *p, struct proof_result *result)
{
	WHY(result, "something else denies before '%s' is asked", p->hook->prog);
	result->before = true;
	return PROOF_NONE;
}

/* What must be denied was not seen to be: why? */
static enum proof explain(struct prove *p, enum seen denied, struct proof_result *result)
{
	enum policy_verdict verdict;
	enum seen counted, inside;

	if (denied == SEEN_BEFORE)
		return before(p, result);
	counted = run_pass(p, PASS_COUNTED, &verdict);
	inside = counted == SEEN ? 0 : run_pass(p, PASS_BLOCKED, &verdict);
	if (counted != SEEN && !inside)
		inside = run_pass(p, PASS_INSIDE, &verdict);
	if (counted == SEEN_DELAYED || inside == SEEN_DELAYED)
		return PROOF_FAILED;
	if (inside == SEEN && verdict_denies(decision_audit(p->policy, verdict)))
		return PROOF_DENIED;
	if (counted != SEEN && inside != SEEN)
		return inside == SEEN_WRONG ? PROOF_WRONG : PROOF_NOT_CALLED;
	if (inside == SEEN && (p->policy->cgroups || p->policy->units))
		WHY(result, "no process can be started that is in no trusted cgroup or unit");
	else if (inside == SEEN)
		return PROOF_WRONG;
	else
		WHY(result, "nothing that '%s' denies can be tried here", p->hook->prog);
	return PROOF_NONE;
}

static enum proof prove_hook(struct prove *p, struct proof_result *result)
{
	enum policy_verdict verdict;
	enum seen seen = run_pass(p, PASS_DENIED, &verdict);
	bool none = !seen;

	if (none)
		seen = run_pass(p, PASS_COUNTED, &verdict);
	switch (seen) {
	case SEEN:
		return verdict_denies(decision_audit(p->policy, verdict)) ? PROOF_DENIED
									  : PROOF_COUNTED;
	case SEEN_WRONG:
		return PROOF_WRONG;
	case NOT_TRIED:
	case SEEN_DELAYED:
		return PROOF_FAILED;
	case SEEN_NOT:
	case SEEN_BEFORE:
		return none && seen == SEEN_NOT ? PROOF_NOT_CALLED : explain(p, seen, result);
	case NOBODY:
	default: /* no test of an operation that this kernel has */
		return 0;
	}
}

/* Whether anything is denied to anybody. */
static bool denies(const struct operations *ops, const struct policy *policy)
{
	for (unsigned int op = 0; op < OPERATIONS_MAX; op++)
		if (*ops->list[op].name && decision_concerns(policy, op) &&
		    verdict_denies(decision_audit(policy, decision(policy, op, false))))
			return true;
	return policy->origin && !policy->audit;
}

void prove_all(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object, const struct policy *policy,
	       const struct load *load, struct proof_result *result)
{
	struct bpf_program *prog = NULL;
	bool denied = false, counted = false, lockdown = false;

	*result = (struct proof_result){ .proof = PROOF_NONE };
	while ((prog = load_next_hook(object, prog))) {
		const struct tool_hook *hook = prove_row(tool, bpf_program__name(prog));
		struct prove p = { tool, ops, policy, load, hook, 0 };
		struct proof_result own = { .hook = hook->prog };

		lockdown |= hook->after_lockdown && !prove_testable(hook);
		if (!prove_testable(hook))
			continue;
		own.proof = prove_hook(&p, &own);
		own.error = p.error;
		denied |= own.proof == PROOF_DENIED;
		counted |= own.proof == PROOF_COUNTED;
		if (own.proof > PROOF_NONE) {
			*result = own;
			return;
		}
		if (own.proof == PROOF_NONE && (!result->hook || !own.before))
			*result = own;
	}
	/* Where one was seen to deny, it may be what denies before the other. */
	if (result->hook && !(result->before && denied))
		return;
	result->hook = NULL;
	if (denied)
		result->proof = PROOF_DENIED;
	else if (counted && !denies(ops, policy))
		result->proof = PROOF_COUNTED;
	else
		WHY(result, "%s",
		    lockdown ? "the kernel's own lockdown answers before what can be tested"
			     : "nothing that is denied can be tried without harm");
}
