// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "abi/decision.h"
#include "pins/pinset.h"
#include "records/records.h"
#include "tool/explain.h"
#include "tool/hooks.h"
#include "tool/stamp.h"
#include "tool/status.h"
#include "words/describe.h"
#include "words/msg.h"

void stamp_known(const struct operations *ops)
{
	char *names = operations_names(ops, NULL);

	printf("known %s\n", names ? names : "");
	free(names);
}

void stamp_denied(const struct operations *ops, const struct policy *policy)
{
	struct operation_set denied = { 0 }, everybody = { 0 };
	char *names, *all;

	for (__u32 op = 0; op < OPERATIONS_MAX && !policy->audit && !policy->records; op++) {
		if (!decision_concerns(policy, op))
			continue;
		if (verdict_denies(decision(policy, op, false)))
			operation_set_add(&denied, op);
		if (verdict_denies(decision(policy, op, true)))
			operation_set_add(&everybody, op);
	}
	names = operations_names(ops, &denied);
	all = operations_names(ops, &everybody);
	printf("denied %s\neverybody %s\n", names ? names : "", all ? all : "");
	free(names);
	free(all);
}

static void print_counts(const struct run *run, const struct records_state *state)
{
	bool records = run->tool->help.kinds & KEYS_RECORDS;

	for (int op = 0; op < OPERATIONS_MAX; op++) {
		const char *name = run->ops->list[op].name;

		for (int verdict = 1; verdict < VERDICTS_MAX; verdict++)
			if (state->counts[op][verdict])
				printf("count %s %llu %s\n", *name ? name : "unknown",
				       (unsigned long long)state->counts[op][verdict],
				       records ? "recorded"
					       : describe_verdict((enum policy_verdict)verdict));
	}
}

int stamp_status(const struct run *run)
{
	const char *name = run->tool->name;
	struct records_state state = { 0 };
	struct records records = { 0 };
	char changed[PINSET_NAME_MAX];
	bool whole;
	int err;

	stamp_known(run->ops);
	/* What its records are read from is not its own. */
	if (pinset_changed(name, changed)) {
		printf("whole 0\n");
		return msg_flush() ? EX_IOERR : STATUS_EXIT_INACTIVE;
	}
	err = records_pinned_state(name, &state);
	if (err == -ENOENT)
		return STATUS_EXIT_INACTIVE;
	if (!err)
		err = records_read(name, &state.frozen, &records);
	if (err && err != -ENOENT)
		return explain_reading(name, err);
	hooks_choose(run->tool, run->object, &run->ops->btf, &state.frozen);
	whole = !status_missing(run->tool, run->object);
	/* The mark alone is no proof where the run that sealed was interrupted. */
	printf("sealed %d\n",
	       pin_marked(name) || (run->tool->seals && pin_marked(NULL) && pin_sealed()));
	printf("whole %d\ndropped %llu\n", whole,
	       (unsigned long long)records_dropped(&state, &records));
	stamp_denied(run->ops, &state.frozen.policy);
	print_counts(run, &state);
	records_free(&records);
	return msg_flush() ? EX_IOERR : whole ? 0 : STATUS_EXIT_INACTIVE;
}
