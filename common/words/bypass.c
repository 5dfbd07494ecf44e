// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/bypass.h"
#include "words/msg.h"

static bool permits(const struct policy *policy, __u32 op, bool trusted)
{
	return !decision_concerns(policy, op) || !verdict_denies(decision(policy, op, trusted));
}

/* Whether the policy lets somebody do @way to whom it denies @voided. */
static bool is_bypass(const struct policy *policy, const struct bypass *b, __u32 way, __u32 voided)
{
	for (int trusted = 0; trusted < 2; trusted++)
		if (permits(policy, way, trusted) && !permits(policy, voided, trusted) &&
		    (!b->by_trusted || permits(policy, voided, true)))
			return true;
	return false;
}

/* Adds what row @b leaves open to the two sets. */
static void add_row(const struct operation_words *words, const struct operations *ops,
		    const struct policy *policy, const struct bypass *b, struct operation_set *ways,
		    struct operation_set *voided)
{
	int way = operations_find(ops, b->way);
	struct operation_set set = { 0 };
	char bad[64];

	if (way < 0)
		return;
	operations_parse(ops, words, b->voided, &set, bad, sizeof(bad));
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		if (!operation_set_has(&set, op) || !is_bypass(policy, b, (__u32)way, op))
			continue;
		operation_set_add(ways, (unsigned int)way);
		operation_set_add(voided, op);
	}
}

void bypass_warn(const struct bypass *bypasses, const struct operation_words *words,
		 const struct operations *ops, const struct policy *policy)
{
	struct operation_set ways = { 0 }, voided = { 0 };
	char *way_names, *voided_names;

	for (const struct bypass *b = bypasses; b && b->way; b++)
		add_row(words, ops, policy, b, &ways, &voided);
	way_names = operations_names(ops, &ways);
	voided_names = operations_names(ops, &voided);
	if (way_names && *way_names && voided_names && !policy->audit)
		msg_warning("denying %s can be got around: %s %s the same; see --list --verbose",
			    voided_names, way_names,
			    strchr(way_names, ',') ? "are allowed and give"
						   : "is allowed and gives");
	free(way_names);
	free(voided_names);
}

void bypass_print(const struct bypass *bypasses)
{
	if (bypasses && bypasses->way)
		printf("\n%-25s %-25s %s\n", "WAY AROUND", "OF", "BY");
	for (; bypasses && bypasses->way; bypasses++)
		printf("%-25s %-25s %s\n", bypasses->way, bypasses->voided, bypasses->source);
}
