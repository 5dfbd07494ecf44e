// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/capability.h>

#include "decision.h"
#include "describe.h"
#include "ftrace.h"
#include "host.h"
#include "kernel.h"
#include "load.h"
#include "msg.h"
#include "namespace.h"
#include "pinset.h"
#include "prove.h"
#include "records.h"
#include "status.h"
#include "trusted.h"

static const char *const words[] = {
	[STATUS_INACTIVE] = "not active",
	[STATUS_ENFORCING] = "enforcing",
	[STATUS_RECORDING] = "recording",
	[STATUS_UNPROVEN] = "active, not proven",
	[STATUS_PARTIAL] = "partly removed",
	[STATUS_BROKEN] = "not enforcing",
	[STATUS_HIDDEN] = "enforcing, but hidden",
	[STATUS_UNFINISHED] = "left unfinished; run it again",
	[STATUS_CHANGED] = "changed by somebody; run it again",
};

/* The first pin that @tool lacks, or NULL. */
static const char *missing(const struct tool *tool, const struct bpf_object *object)
{
	static const char *const files[] = { RECORDS_DENIED, RECORDS_ALLOWED, RECORDS_CGROUPS };
	struct bpf_program *program = NULL;

	while ((program = load_next_hook(object, program)))
		if (!pin_exists(tool->name, bpf_program__name(program)))
			return bpf_program__name(program);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!pin_exists(tool->name, files[i]))
			return files[i];
	return pinset_noted(tool->name, FTRACE_PIN) && !pin_exists(tool->name, FTRACE_PIN)
		       ? FTRACE_PIN
		       : NULL;
}

enum status status_prove(const struct tool *tool, const struct operations *ops,
			 const struct bpf_object *object, const struct policy *policy,
			 const char **bad)
{
	struct bpf_program *program = NULL;
	enum status proven = policy_denies(policy) ? STATUS_ENFORCING : STATUS_RECORDING;
	enum status status = proven;
	const char *unseen = NULL;
	int seen = 0;

	*bad = missing(tool, object);
	if (*bad)
		return STATUS_PARTIAL;
	if (geteuid())
		return STATUS_UNPROVEN;
	while ((program = load_next_hook(object, program))) {
		const char *hook = bpf_program__name(program);
		int err;

		if (!prove_testable(tool, ops, hook))
			continue;
		err = prove_hook(tool, ops, policy, NULL, hook);
		seen += !err;
		if (err == -EALREADY)
			unseen = hook;
		if (!err || err == -EALREADY)
			continue;
		*bad = hook;
		if (err == -ENOENT || err == -EACCES)
			return STATUS_BROKEN;
		status = STATUS_UNPROVEN;
	}
	if (status == proven && pin_exists(tool->name, FTRACE_PIN) && ftrace_test()) {
		*bad = FTRACE_PIN;
		return STATUS_BROKEN;
	}
	if (status == proven && unseen && !seen) {
		*bad = unseen;
		return STATUS_UNPROVEN;
	}
	return status;
}

/* Whether the kernel itself denies the caller none of the tests. */
static bool is_privileged(const struct tool *tool)
{
	const __u32 needed = 1U << CAP_SYS_ADMIN | 1U << CAP_SYS_MODULE | 1U << CAP_SYS_BOOT |
			     1U << CAP_SYS_RAWIO;
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	struct stat st;

	if (stat("/proc/self/ns/user", &st) || st.st_ino != HOST_USER_NAMESPACE ||
	    syscall(SYS_capget, &header, data) || (data[0].effective & needed) != needed)
		return false;
	return !tool->hook_after_lockdown || kernel_lockdown() == LOCKDOWN_OFF;
}

bool status_hidden(const struct tool *tool, const struct bpf_object *object)
{
	bool hidden = false;
	int stays = geteuid() ? 0 : load_stays(object);

	if (!stays || (stays < 0 && !is_privileged(tool)))
		return false;
	for (const struct tool_test *test = tool->tests; test->hook; test++) {
		int ret = namespace_run(NAMESPACE_PID, true, test->try);

		if (ret == -ENODATA)
			continue;
		/* Where bpf(2) is shut, perhaps by another, only that is denied. */
		hidden = ret == -EPERM;
		if (hidden == (stays > 0))
			break;
	}
	return hidden;
}

struct view {
	const struct tool *tool;
	const struct operations *ops;
	const struct bpf_object *object;
	struct records_state *state;
	enum status status;
	const char *bad;
	bool unfinished; /* what an interrupted run left decides too */
	size_t kept;
	__u64 dropped;
};

static void print_skipped(const struct view *view, bool json)
{
	struct bpf_program *program = NULL;
	__u64 sum = 0, runs;
	int err = 0;

	while ((program = load_next_hook(view->object, program)) && !err) {
		err = pin_skipped(view->tool->name, bpf_program__name(program), &runs);
		sum += err ? 0 : runs;
	}
	if (err)
		fputs(json ? "null" : "unknown", stdout);
	else
		printf("%llu", (unsigned long long)sum);
}

static void print_hooks(const struct view *view, const char *format)
{
	struct bpf_program *program = NULL;
	const char *between = "";

	while ((program = load_next_hook(view->object, program))) {
		const char *name = bpf_program__name(program);

		if (!pin_exists(view->tool->name, name))
			continue;
		fputs(between, stdout);
		printf(format, name);
		between = ",";
	}
}

/* Calls @print for each count that is not 0. */
static void each_count(const struct view *view,
		       void (*print)(const char *op, const char *verdict, __u64 count))
{
	for (int op = 0; op < OPERATIONS_MAX; op++)
		for (int verdict = 1; verdict < VERDICTS_MAX; verdict++)
			if (view->state->counts[op][verdict])
				print(*view->ops->list[op].name ? view->ops->list[op].name
								: "unknown",
				      describe_verdict((enum policy_verdict)verdict),
				      view->state->counts[op][verdict]);
}

static void print_count(const char *op, const char *verdict, __u64 count)
{
	printf("  %-24s %-20s %llu\n", op, verdict, (unsigned long long)count);
}

static void print_text(const struct view *view)
{
	const struct state *state = &view->state->state;

	printf("%s: %s%s%s%s\n", view->tool->name, words[view->status], view->bad ? " ('" : "",
	       view->bad ? view->bad : "", view->bad ? "')" : "");
	if (view->unfinished)
		printf("pins:     '" PIN_ROOT
		       "/%s-*' of an interrupted run decide too; run it again\n",
		       view->tool->name);
	if (!state->version)
		return;
	fputs("profile:  ", stdout);
	describe_policy(stdout, &state->policy, view->ops);
	fputs("\nsince:    ", stdout);
	describe_time(stdout, state->since);
	printf("\nattached: %s, hooks ", describe_attachment(state->attachment));
	print_hooks(view, "%s");
	if (state->attachment == ATTACHMENT_BEST_EFFORT)
		fputs("; best effort", stdout);
	if (state->attachment != ATTACHMENT_LSM) {
		fputs("; runs skipped by the kernel: ", stdout);
		print_skipped(view, false);
	}
	putchar('\n');
	if (state->policy.cgroups)
		trusted_print(view->tool->name, false);
	printf("records:  %zu kept, %llu dropped\ncounts:\n", view->kept,
	       (unsigned long long)view->dropped);
	each_count(view, print_count);
}

static const char *json_between;

static void print_json_count(const char *op, const char *verdict, __u64 count)
{
	printf("%s{\"operation\":\"%s\",\"verdict\":\"%s\",\"count\":%llu}", json_between, op,
	       verdict, (unsigned long long)count);
	json_between = ",";
}

static void print_json_list(const char *key, const char *list)
{
	printf(",\"%s\":[", key);
	while (list && *list) {
		size_t length = strcspn(list, ",");

		printf("\"%.*s\"%s", (int)length, list, list[length] ? "," : "");
		list += length + (list[length] == ',');
	}
	putchar(']');
}

static void print_json_policy(const struct view *view)
{
	const struct policy *policy = &view->state->state.policy;
	char *allow = operations_names(view->ops, &policy->allow);
	char *block = operations_names(view->ops, &policy->block);
	char kinds[64];

	namespace_names(policy->namespaces, kinds, sizeof(kinds));
	printf(",\"profile\":\"%s\"", options_profile_name(policy->profile));
	print_json_list("namespaces", kinds);
	print_json_list("allow", allow);
	print_json_list("block", block);
	if (policy->origin)
		printf(",\"origin\":\"%s\"", policy->origin == ORIGIN_ROOTFS ? "rootfs"
					     : policy->origin == ORIGIN_RO   ? "ro"
									     : "ro-dev");
	fputs(",\"cgroups\":", stdout);
	if (policy->cgroups)
		trusted_print(view->tool->name, true);
	else
		fputs("[]", stdout);
	printf(",\"audit\":%s", policy->audit ? "true" : "false");
	free(allow);
	free(block);
}

static void print_json(const struct view *view)
{
	const struct state *state = &view->state->state;

	printf("{\"program\":\"%s\",\"status\":\"%s\"", view->tool->name, words[view->status]);
	if (view->bad)
		printf(",\"hook\":\"%s\"", view->bad);
	if (view->unfinished)
		printf(",\"unfinished\":true");
	if (state->version) {
		print_json_policy(view);
		fputs(",\"since\":\"", stdout);
		describe_time(stdout, state->since);
		printf("\",\"attachment\":\"%s\",\"best_effort\":%s,\"skipped_runs\":",
		       describe_attachment(state->attachment),
		       state->attachment == ATTACHMENT_BEST_EFFORT ? "true" : "false");
		print_skipped(view, true);
		fputs(",\"hooks\":[", stdout);
		print_hooks(view, "\"%s\"");
		printf("],\"records\":{\"kept\":%zu,\"dropped\":%llu},\"counts\":[", view->kept,
		       (unsigned long long)view->dropped);
		json_between = "";
		each_count(view, print_json_count);
		putchar(']');
	}
	puts("}");
}

/* Without a pin of the state. */
static enum status unpinned(struct view *view)
{
	bool exists = pin_exists(view->tool->name, NULL);

	if (!exists && view->unfinished)
		return STATUS_UNFINISHED;
	if (pin_overmounted() || !exists)
		if (status_hidden(view->tool, view->object))
			return STATUS_HIDDEN;
	if (!exists)
		return STATUS_INACTIVE;
	view->bad = RECORDS_STATE;
	return STATUS_PARTIAL;
}

/* Tests, and reads what was counted, the test with it. */
static int look(struct view *view)
{
	static char changed[PINSET_NAME_MAX];
	const char *name = view->tool->name;
	struct records records = { 0 };
	int err;

	if (pinset_changed(name, changed)) {
		view->status = STATUS_CHANGED;
		view->bad = changed;
		return 0;
	}
	err = records_pinned_state(name, view->state);
	if (err == -ENOENT) {
		view->status = unpinned(view);
		return 0;
	}
	if (err)
		return err;
	view->status = status_prove(view->tool, view->ops, view->object, &view->state->state.policy,
				    &view->bad);
	err = records_pinned_state(name, view->state);
	if (!err)
		err = records_read(name, &view->state->state, &records);
	if (err == -ENOENT && view->status == STATUS_PARTIAL)
		err = 0;
	view->dropped = records_dropped(view->state, &records);
	view->kept = records.count;
	free(records.list);
	return err;
}

int status_run(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object, bool json)
{
	static struct records_state state;
	struct view view = { tool, ops, object, &state, .status = STATUS_INACTIVE };
	int lock = pin_watch(), err;

	view.unfinished = pinset_unfinished(tool->name);
	err = look(&view);
	if (lock >= 0)
		close(lock);
	if (err) {
		msg_error("cannot read '" PIN_ROOT "/%s': %s", tool->name,
			  err == -EPROTO ? "another version of the program wrote it; run it again"
					 : strerror(-err));
		return err == -EACCES || err == -EPERM ? EX_NOPERM : EX_IOERR;
	}
	if (json)
		print_json(&view);
	else
		print_text(&view);
	if (msg_flush())
		return EX_IOERR;
	switch (view.status) {
	case STATUS_ENFORCING:
	case STATUS_RECORDING:
	case STATUS_UNPROVEN:
	case STATUS_HIDDEN:
		return 0;
	case STATUS_INACTIVE:
	case STATUS_PARTIAL:
	case STATUS_BROKEN:
	case STATUS_UNFINISHED:
	case STATUS_CHANGED:
	default:
		return STATUS_EXIT_INACTIVE;
	}
}
