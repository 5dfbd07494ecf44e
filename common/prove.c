// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "kernel.h"
#include "load.h"
#include "namespace.h"
#include "prove.h"
#include "records.h"

bool prove_testable(const struct tool *tool, const struct operations *ops, const char *hook)
{
	const char *after = tool->hook_after_lockdown;

	if (after && !strcmp(hook, after) && kernel_lockdown() != LOCKDOWN_OFF)
		return false;
	for (const struct tool_test *test = tool->tests; test->hook; test++)
		if (!strcmp(test->hook, hook) && operations_find(ops, test->operation) >= 0)
			return true;
	return false;
}

struct counts {
	__u64 wanted; /* of the verdict that is due */
	__u64 all;    /* of any: another configuration of ours may be asked first */
};

static int read_counts(const struct tool *tool, const struct load *load, __u32 op,
		       enum policy_verdict verdict, struct counts *counts)
{
	struct records_state state;
	int err = load ? records_read_state(load_open_state(load), &state)
		       : records_pinned_state(tool->name, &state);

	*counts = (struct counts){ .wanted = state.counts[op][verdict] };
	for (int i = VERDICT_ALLOW_PRIVILEGED; i < VERDICTS_MAX; i++)
		counts->all += state.counts[op][i];
	return err;
}

struct prove {
	const struct tool *tool;
	const struct policy *policy;
	const struct load *load;
	bool outside;
};

static int prove_verdict(const struct prove *prove, __u32 op, enum policy_verdict verdict,
			 int (*try)(void))
{
	struct counts before, after;
	int err, ret;

	err = read_counts(prove->tool, prove->load, op, verdict, &before);
	if (err)
		return err;
	ret = namespace_run(prove->policy->namespaces, prove->outside, try);
	if (ret == -ECHILD)
		return ret;
	err = read_counts(prove->tool, prove->load, op, verdict, &after);
	if (err)
		return err;
	if (before.wanted != after.wanted)
		return verdict_denies(verdict) && ret != -EPERM && ret != -ENODATA ? -EACCES : 0;
	if (ret != -EPERM)
		return -ENOENT;
	return verdict_denies(verdict) && before.all != after.all ? 0 : -EALREADY;
}

static int prove_test(const struct prove *prove, const struct tool_test *test, __u32 op,
		      enum policy_verdict verdict)
{
	int err = -ENOENT;

	verdict = decision_audit(prove->policy, verdict);
	if (test->ask && !verdict_denies(verdict))
		err = prove_verdict(prove, op, verdict, test->ask);
	return err == -ENOENT ? prove_verdict(prove, op, verdict, test->try) : err;
}

/* Tries first what must be denied, then what must be counted, then from the inside. */
int prove_hook(const struct tool *tool, const struct operations *ops, const struct policy *policy,
	       const struct load *load, const char *hook)
{
	int result = 0;

	for (int pass = 0; pass < 3; pass++) {
		struct prove prove = { tool, policy, load, .outside = pass < 2 };

		for (const struct tool_test *test = tool->tests; test->hook; test++) {
			bool placed = policy->origin && test->origin;
			int op = operations_find(ops, placed ? test->origin : test->operation), err;
			enum policy_verdict verdict;

			if (op < 0 || strcmp(test->hook, hook))
				continue;
			verdict = placed ? VERDICT_DENY_ROOTFS
					 : decision(policy, (__u32)op, !prove.outside);
			if (prove.outside && verdict_denies(verdict) != (pass == 0))
				continue;
			err = prove_test(&prove, test, (__u32)op, verdict);
			if (!err || err == -EACCES)
				return err;
			if (!result || err != -EALREADY)
				result = err;
		}
	}
	return result ? result : -ENOENT;
}
