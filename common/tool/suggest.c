// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/decision.h"
#include "kernel/clock.h"
#include "kernel/unit.h"
#include "records/names.h"
#include "records/records.h"
#include "tool/explain.h"
#include "tool/stamp.h"
#include "tool/status.h"
#include "tool/suggest.h"
#include "words/bypass.h"
#include "words/container.h"
#include "words/escape.h"
#include "words/kinds.h"
#include "words/msg.h"
#include "words/profile.h"

/* What is on record of an operation. */
struct wanted {
	__u64 count;
	size_t records;			  /* of so many processes */
	bool elsewhere;			  /* for where it came from */
	const struct records_entry *last; /* NULL: nothing */
};

/* Whether the profile that is to be would deny @entry, of what is in force. */
static bool is_wanted(const struct policy *policy, __u32 namespaces,
		      const struct records_entry *entry)
{
	enum policy_verdict verdict = entry->key.verdict;

	if (verdict_objects(verdict))
		return true;
	return policy->profile == PROFILE_ALLOW && verdict == VERDICT_ALLOW_PRIVILEGED &&
	       entry->value.record.kinds & namespaces;
}

static void add(struct wanted *wanted, const struct records_entry *entry)
{
	enum policy_verdict verdict = entry->key.verdict;

	if (verdict >= VERDICT_AUDIT_BLOCKED)
		verdict -= VERDICT_AUDIT;
	wanted->elsewhere |= verdict >= VERDICT_DENY_ROOTFS && verdict <= VERDICT_DENY_RO_DEV;
	wanted->count += entry->value.record.count;
	wanted->records++;
	/* They are by time. */
	wanted->last = entry;
}

static void print_who(const struct records_entry *entry)
{
	const struct record *r = &entry->value.record;
	struct container container = { 0 };
	char text[PATH_MAX];

	escape_word(stdout, r->comm, sizeof(r->comm));
	if (entry->exe) {
		names_of_exe(entry->exe, text, sizeof(text));
		fputs(" (", stdout);
		escape_word(stdout, text, sizeof(text));
		putchar(')');
	}
	if (entry->cgroup) {
		names_of_cgroup(entry->cgroup, text, sizeof(text));
		container = container_of_path(text);
	}
	if (container.pod) {
		fputs(" of pod ", stdout);
		escape_word(stdout, container.pod, container.pod_length);
	}
	if (container.id) {
		fputs(" in container ", stdout);
		escape_word(stdout, container.id, 12);
	} else if (entry->cgroup) {
		fputs(" in ", stdout);
		escape_word(stdout, text, sizeof(text));
	}
}

static void print_reason(const struct wanted *wanted)
{
	printf("# %llu time%s by %zu process%s, last ", (unsigned long long)wanted->count,
	       wanted->count == 1 ? "" : "s", wanted->records, wanted->records == 1 ? "" : "es");
	clock_print(stdout, wanted->last->value.record.last);
	fputs(" by ", stdout);
	print_who(wanted->last);
	putchar('\n');
}

static void print_wanted(const struct operations *ops, const struct policy *policy,
			 const struct wanted *wanted, struct operation_set *allow)
{
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		const char *name = ops->list[op].name;

		/* What is allowed by now was on record before. */
		if (!wanted[op].last || !*name || operation_set_has(&policy->allow, op))
			continue;
		print_reason(&wanted[op]);
		if (wanted[op].elsewhere || operation_set_has(&policy->block, op)) {
			printf("# '%s' is denied by %s, not by the profile: no line allows it\n",
			       name, wanted[op].elsewhere ? "its origin" : "'block'");
			continue;
		}
		printf("allow = %s\n", name);
		operation_set_add(allow, op);
	}
}

static void print_list(const struct operations *ops, const char *key,
		       const struct operation_set *set)
{
	char *names = operations_names(ops, set);

	if (names && *names)
		printf("%s = %s\n", key, names);
	free(names);
}

/* What is in force and stays. */
static void print_policy(const struct run *run, const struct policy *policy)
{
	struct units units = { 0 };
	char kinds[64];

	printf("profile = %s\n", profile_name(policy->profile));
	kinds_names(policy->namespaces, kinds, sizeof(kinds));
	if (policy->profile == PROFILE_BASELINE && policy->namespaces != NAMESPACE_PID)
		printf("namespaces = %s\n", policy->namespaces ? kinds : "none");
	if (policy->units && !records_units(run->tool->name, &units))
		for (size_t i = 0; i < units.count; i++)
			printf("unit = %s\n", unit_of(units.list[i]));
	free(units.list);
	if (policy->cgroups)
		puts("# and the lines 'cgroup' of what is in force, whose paths are not kept");
	for (__u32 i = 0; i < policy->groups && i < POLICY_GROUPS_MAX; i++)
		printf("group = %u\n", policy->group[i]);
	if (policy->folders)
		puts("# and the lines 'path' of what is in force, which are not kept");
	print_list(run->ops, "block", &policy->block);
	print_list(run->ops, "allow", &policy->allow);
}

/* What is to be in force: what is, but that it denies. */
static struct policy policy_to_be(const struct policy *is)
{
	struct policy policy = *is;

	policy.audit = 0;
	policy.learns = 0;
	if (policy.profile == PROFILE_ALLOW) {
		policy.profile = PROFILE_BASELINE;
		if (!policy.namespaces)
			policy.namespaces = NAMESPACE_PID;
	}
	return policy;
}

static void print(const struct run *run, const struct policy *is, const struct records *records)
{
	struct wanted *wanted = calloc(OPERATIONS_MAX, sizeof(*wanted));
	struct policy policy = policy_to_be(is);
	struct operation_set allow = { 0 };
	bool stamp = run->options->stamp;

	for (size_t i = 0; wanted && i < records->count; i++) {
		const struct records_entry *entry = &records->list[i];

		if (entry->key.operation < OPERATIONS_MAX &&
		    entry->value.record.last >= run->options->since &&
		    is_wanted(is, policy.namespaces, entry))
			add(&wanted[entry->key.operation], entry);
	}
	if (stamp) {
		/* First what all would come to, for who compares the programs. */
		for (__u32 op = 0; wanted && op < OPERATIONS_MAX; op++)
			if (wanted[op].last && !wanted[op].elsewhere)
				operation_set_add(&policy.allow, op);
		stamp_known(run->ops);
		stamp_denied(run->ops, &policy);
		putchar('\n');
		policy = policy_to_be(is);
	}
	printf("# Settings by '%s --suggest', for /etc/bpflock/%s.conf: read each line, then lock.\n",
	       run->tool->name, run->tool->name);
	print_policy(run, &policy);
	if (wanted)
		print_wanted(run->ops, &policy, wanted, &allow);
	for (size_t i = 0; i < sizeof(allow.bits) / sizeof(allow.bits[0]); i++)
		policy.allow.bits[i] |= allow.bits[i];
	bypass_warn(run->tool->bypasses, &run->tool->words, run->ops, &policy);
	free(wanted);
}

int suggest_run(const struct run *run)
{
	const char *name = run->tool->name;
	struct records_state state;
	struct records records = { 0 };
	int err = records_pinned_state(name, &state), status;

	if (!err)
		err = records_read(name, &state.frozen, &records);
	status = err ? STATUS_EXIT_INACTIVE : 0;
	if (!err)
		print(run, &state.frozen.policy, &records);
	else if (err == -ENOENT && run->options->stamp)
		; /* The launcher asks all. */
	else if (err == -ENOENT)
		msg_error("nothing is on record: not active");
	else
		status = explain_reading(name, err);
	records_free(&records);
	return status;
}
