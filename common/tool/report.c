// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "kernel/clock.h"
#include "load/load.h"
#include "pins/pin.h"
#include "tool/report.h"
#include "words/delayed.h"
#include "words/describe.h"
#include "words/escape.h"
#include "words/kinds.h"
#include "words/line.h"
#include "words/profile.h"

static const char *const words[] = {
	[STATUS_INACTIVE] = "not active",
	[STATUS_ENFORCING] = "enforcing",
	[STATUS_RECORDING] = "recording",
	[STATUS_UNPROVEN] = "active, not proven",
	[STATUS_PARTIAL] = "partly removed",
	[STATUS_BROKEN] = "not enforcing",
	[STATUS_HIDDEN] = "enforcing, but hidden",
	[STATUS_UNGUARDED] = "enforcing, but its mounts can be removed; run it again",
	[STATUS_UNFINISHED] = "left unfinished; run it again",
	[STATUS_CHANGED] = "changed by somebody; run it again",
	[STATUS_SEALED] = "enforcing without records",
};

/* How often the kernel skipped the hooks: false where it can't be told. */
static bool count_skipped(const struct report *report, __u64 *sum)
{
	struct bpf_program *prog = NULL;
	__u64 runs;

	*sum = 0;
	while ((prog = load_next_hook(report->object, prog))) {
		if (pin_skipped(report->tool->name, bpf_program__name(prog), &runs))
			return false;
		*sum += runs;
	}
	return true;
}

/* The hooks whose pins are there, comma-separated; the caller frees. */
static char *hook_names(const struct report *report)
{
	struct bpf_program *prog = NULL;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *between = "";

	while (stream && (prog = load_next_hook(report->object, prog))) {
		if (!pin_exists(report->tool->name, bpf_program__name(prog)))
			continue;
		fprintf(stream, "%s%s", between, bpf_program__name(prog));
		between = ",";
	}
	if (stream)
		fclose(stream);
	return text;
}

/* Calls @print for each of @counts that is not 0. */
static void each_count(const struct report *report,
		       const __u64 counts[OPERATIONS_MAX][VERDICTS_MAX], struct line *line,
		       void (*print)(struct line *line, const char *op, const char *verdict,
				     __u64 count))
{
	for (int op = 0; op < OPERATIONS_MAX; op++)
		for (int verdict = 1; verdict < VERDICTS_MAX; verdict++)
			if (counts[op][verdict])
				print(line,
				      *report->ops->list[op].name ? report->ops->list[op].name
								  : "unknown",
				      report->tool->help.kinds & KEYS_RECORDS
					      ? "recorded"
					      : describe_verdict((enum policy_verdict)verdict),
				      counts[op][verdict]);
}

static void print_count(struct line *line, const char *op, const char *verdict, __u64 count)
{
	fprintf(line->stream, "  %-24s %-20s %llu\n", op, verdict, (unsigned long long)count);
}

static void print_json_count(struct line *line, const char *op, const char *verdict, __u64 count)
{
	line_open(line, NULL, '{');
	line_text(line, "operation", op);
	line_text(line, "verdict", verdict);
	line_number(line, "count", count);
	line_close(line, '}');
}

/* A trusted cgroup, and its path or why there is none. */
static void print_cgroup(FILE *stream, __u64 number, const char *path, int err)
{
	fprintf(stream, "%llu ", (unsigned long long)number);
	if (!err)
		escape_word(stream, path, strlen(path));
	else
		fputs(err == -ESTALE ? "removed" : "path unknown", stream);
	putc('\n', stream);
}

static void print_json_cgroup(struct line *line, __u64 number, const char *path, int err)
{
	line_open(line, NULL, '{');
	line_number(line, "id", number);
	if (!err)
		line_name(line, "path", path, strlen(path));
	else if (err == -ESTALE)
		line_bool(line, "removed", true);
	line_close(line, '}');
}

static void print_cgroups(const struct report *report, struct line *line, bool json)
{
	struct cgroups cgroups = { 0 };
	int err = report->state.frozen.policy.cgroups
			  ? records_cgroups(report->tool->name, &cgroups)
			  : 0;
	char path[PATH_MAX];

	if (err) {
		if (json)
			line_key(line, "cgroups");
		fputs(json ? "null" : "cgroups:  unknown\n", line->stream);
		free(cgroups.list);
		return;
	}
	if (json)
		line_open(line, "cgroups", '[');
	for (size_t i = 0; i < cgroups.count; i++) {
		__u64 number = cgroups.list[i];

		delayed_watch("the paths of cgroups");
		err = cgroup_path(number, path, sizeof(path));
		delayed_done();
		if (json) {
			print_json_cgroup(line, number, path, err);
		} else {
			fprintf(line->stream, "%-10s", i ? "" : "cgroups:");
			print_cgroup(line->stream, number, path, err);
		}
	}
	if (json)
		line_close(line, ']');
	free(cgroups.list);
}

static void print_units(const struct report *report, struct line *line, bool json)
{
	struct units units = { 0 };
	int err = report->state.frozen.policy.units ? records_units(report->tool->name, &units) : 0;

	if (err) {
		if (json)
			line_key(line, "units");
		fputs(json ? "null" : "units:    unknown\n", line->stream);
		free(units.list);
		return;
	}
	if (json)
		line_open(line, "units", '[');
	for (size_t i = 0; i < units.count; i++) {
		const char *unit = unit_of(units.list[i]);

		if (json) {
			line_name(line, NULL, unit, strlen(unit));
			continue;
		}
		fprintf(line->stream, "%-10s", i ? "" : "units:");
		escape_word(line->stream, unit, strlen(unit));
		putc('\n', line->stream);
	}
	if (json)
		line_close(line, ']');
	free(units.list);
}

static void print_groups(const struct policy *policy, FILE *to)
{
	for (__u32 i = 0; i < policy->groups && i < POLICY_GROUPS_MAX; i++)
		fprintf(to, "%-10s%u\n", i ? "" : "groups:", policy->group[i]);
}

static void print_text(const struct report *report, struct line *line)
{
	const struct status_result *result = &report->result;
	const struct frozen *frozen = &report->state.frozen;
	FILE *to = line->stream;
	char *hooks = hook_names(report);
	__u64 skipped;

	fprintf(to, "%s: %s", report->tool->name, words[result->status]);
	if (*result->why)
		fprintf(to, ": %s", result->why);
	else if (result->bad)
		fprintf(to, " ('%s')", result->bad);
	if (report->sealed)
		fputs(", sealed until reboot", to);
	putc('\n', to);
	if (result->status == STATUS_SEALED)
		fprintf(to, "pins:     %s\n",
			frozen->version ? "of before the seal, whose run was interrupted; it "
					  "denies before they are asked"
					: "none, as the run that sealed was interrupted; run it "
					  "again");
	if (report->unfinished)
		fprintf(to,
			"pins:     '" PIN_ROOT "/%s-*' of an interrupted run decide too; run it "
			"again\n",
			report->tool->name);
	if (frozen->version) {
		fputs(frozen->policy.records ? "doing:    " : "profile:  ", to);
		describe_policy(to, &frozen->policy, report->ops);
		fputs("\nsince:    ", to);
		clock_print(to, frozen->since);
		fprintf(to, "\nattached: %s, hooks %s", describe_attachment(frozen->attachment),
			hooks ? hooks : "");
		if (frozen->attachment == ATTACHMENT_BEST_EFFORT)
			fputs("; best effort", to);
		if (frozen->attachment != ATTACHMENT_LSM) {
			fputs("; runs skipped by the kernel: ", to);
			if (count_skipped(report, &skipped))
				fprintf(to, "%llu", (unsigned long long)skipped);
			else
				fputs("unknown", to);
		}
		putc('\n', to);
		if (frozen->policy.cgroups)
			print_cgroups(report, line, false);
		if (frozen->policy.units)
			print_units(report, line, false);
		print_groups(&frozen->policy, to);
		fprintf(to, "records:  %zu kept, %llu dropped\ncounts:\n", report->kept,
			(unsigned long long)report->dropped);
		each_count(report, report->state.counts, line, print_count);
		if (report->verbose) {
			fputs("tests:\n", to);
			each_count(report, report->state.tests, line, print_count);
		}
	}
	free(hooks);
}

static void print_json_groups(const struct policy *policy, struct line *line)
{
	if (!policy->groups)
		return;
	line_open(line, "groups", '[');
	for (__u32 i = 0; i < policy->groups && i < POLICY_GROUPS_MAX; i++)
		line_number(line, NULL, policy->group[i]);
	line_close(line, ']');
}

/* The lists, of a program that has a profile. */
static void print_json_lists(const struct report *report, struct line *line)
{
	static const char *const origins[] = {
		[ORIGIN_ROOTFS] = "rootfs", [ORIGIN_RO] = "ro", [ORIGIN_RO_DEV] = "ro-dev"
	};
	const struct policy *policy = &report->state.frozen.policy;
	char *allow = operations_names(report->ops, &policy->allow);
	char *block = operations_names(report->ops, &policy->block);

	line_words(line, "allow", allow);
	line_words(line, "block", block);
	if (policy->origin && policy->origin <= ORIGIN_RO_DEV)
		line_text(line, "origin", origins[policy->origin]);
	line_bool(line, "audit", policy->audit);
	free(allow);
	free(block);
}

static void print_json_policy(const struct report *report, struct line *line)
{
	const struct policy *policy = &report->state.frozen.policy;
	char kinds[64];

	kinds_names(policy->namespaces, kinds, sizeof(kinds));
	if (policy->records) {
		line_bool(line, "arguments", policy->records & RECORDS_ARGUMENTS);
		line_bool(line, "untrusted", policy->records & RECORDS_UNTRUSTED);
	} else {
		line_text(line, "profile", profile_name(policy->profile));
		print_json_lists(report, line);
	}
	line_words(line, "namespaces", kinds);
	print_cgroups(report, line, true);
	print_units(report, line, true);
	print_json_groups(policy, line);
	if (policy->names)
		line_number(line, "names", policy->names);
	if (policy->folders)
		line_number(line, "folders", policy->folders);
	if (policy->learns)
		line_bool(line, "learns", true);
}

static void print_json(const struct report *report, struct line *line)
{
	const struct status_result *result = &report->result;
	const struct frozen *frozen = &report->state.frozen;
	char *hooks = hook_names(report);
	__u64 skipped;

	line_open(line, NULL, '{');
	line_text(line, "program", report->tool->name);
	/* Without what is to be done about it. */
	line_name(line, "status", words[result->status], strcspn(words[result->status], ";"));
	if (*result->why)
		line_name(line, "why", result->why, sizeof(result->why));
	if (result->bad)
		line_text(line, "hook", result->bad);
	if (report->sealed)
		line_bool(line, "sealed", true);
	if (report->unfinished)
		line_bool(line, "unfinished", true);
	if (frozen->version) {
		print_json_policy(report, line);
		line_time(line, "since", frozen->since);
		line_text(line, "attachment", describe_attachment(frozen->attachment));
		line_bool(line, "best_effort", frozen->attachment == ATTACHMENT_BEST_EFFORT);
		if (count_skipped(report, &skipped)) {
			line_number(line, "skipped_runs", skipped);
		} else {
			line_key(line, "skipped_runs");
			fputs("null", line->stream);
		}
		line_words(line, "hooks", hooks);
		line_open(line, "records", '{');
		line_number(line, "kept", report->kept);
		line_number(line, "dropped", report->dropped);
		line_close(line, '}');
		line_open(line, "counts", '[');
		each_count(report, report->state.counts, line, print_json_count);
		line_close(line, ']');
		if (report->verbose) {
			line_open(line, "tests", '[');
			each_count(report, report->state.tests, line, print_json_count);
			line_close(line, ']');
		}
	}
	line_close(line, '}');
	putc('\n', line->stream);
	free(hooks);
}

void report_print(const struct report *report, bool json)
{
	struct line line = line_to(stdout, json ? LINE_JSON : LINE_TEXT);

	if (json)
		print_json(report, &line);
	else
		print_text(report, &line);
}
