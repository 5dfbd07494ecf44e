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

#include "abi/decision.h"
#include "kernel/initial.h"
#include "kernel/kernel.h"
#include "load/ftrace.h"
#include "load/load.h"
#include "load/stays.h"
#include "pins/covered.h"
#include "pins/pinset.h"
#include "pins/testing.h"
#include "tool/child.h"
#include "tool/explain.h"
#include "tool/hooks.h"
#include "tool/prove.h"
#include "tool/report.h"
#include "tool/status.h"
#include "words/delayed.h"
#include "words/msg.h"

const char *status_missing(const struct tool *tool, const struct bpf_object *object)
{
	static const char *const files[] = { PIN_DENIED,  PIN_ALLOWED, PIN_NAMES,
					     PIN_CGROUPS, PIN_UNITS,   PIN_TESTING };
	static const char *const noted[] = { FTRACE_PIN, PIN_GUARD_RMDIR, PIN_GUARD_RENAME,
					     PIN_SYSCTL, PIN_LEARNT,	  PIN_OTHERS };
	struct bpf_program *prog = NULL;

	while ((prog = load_next_hook(object, prog)))
		if (!pin_exists(tool->name, bpf_program__name(prog)))
			return bpf_program__name(prog);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!pin_exists(tool->name, files[i]))
			return files[i];
	for (size_t i = 0; i < sizeof(noted) / sizeof(noted[0]); i++)
		if (pinset_noted(tool->name, noted[i]) && !pin_exists(tool->name, noted[i]))
			return noted[i];
	return NULL;
}

static void unproven(struct status_result *result, const char *why)
{
	result->status = STATUS_UNPROVEN;
	snprintf(result->why, sizeof(result->why), "%s", why);
}

/* What the self-test came to. */
static void judge(const struct proof_result *proof, struct status_result *result)
{
	switch (proof->proof) {
	case PROOF_DENIED:
		result->status = STATUS_ENFORCING;
		return;
	case PROOF_COUNTED:
		result->status = STATUS_RECORDING;
		return;
	case PROOF_NONE:
		unproven(result, proof->why);
		return;
	case PROOF_FAILED:
		result->status = STATUS_UNPROVEN;
		snprintf(result->why, sizeof(result->why), "cannot test '%s': %s", proof->hook,
			 explain_test(proof->error));
		return;
	case PROOF_NOT_CALLED:
	case PROOF_WRONG:
	default:
		result->status = STATUS_BROKEN;
		result->bad = proof->hook;
	}
}

void status_prove(const struct tool *tool, const struct operations *ops,
		  const struct bpf_object *object, const struct policy *policy,
		  struct status_result *result)
{
	struct proof_result proof;

	*result = (struct status_result){ .bad = status_missing(tool, object) };
	if (result->bad) {
		result->status = STATUS_PARTIAL;
		return;
	}
	if (geteuid()) {
		unproven(result, "only root can test");
		return;
	}
	prove_all(tool, ops, object, policy, NULL, &proof);
	judge(&proof, result);
	if (result->status == STATUS_ENFORCING && pin_exists(tool->name, FTRACE_PIN) &&
	    ftrace_test()) {
		result->status = STATUS_BROKEN;
		result->bad = FTRACE_PIN;
	} else if (result->status == STATUS_ENFORCING && covered_try(result->place) == -EACCES) {
		result->status = STATUS_UNGUARDED;
		result->bad = result->place;
	}
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
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++)
		if (hook->after_lockdown && !prove_testable(hook))
			return false;
	return true;
}

static bool is_denied(const struct operations *ops, const struct tool_test *test, bool *told)
{
	int op = operations_find(ops, test->operation), ret;
	const struct child child = {
		.leaves = NAMESPACE_PID,
		.try = test->try,
		.op = op < 0 ? 0 : (unsigned int)op,
	};

	*told = child_run(&child, &ret) == CHILD_RAN && ret != -ENODATA;
	return ret == -EPERM;
}

bool status_hidden(const struct tool *tool, const struct operations *ops,
		   const struct bpf_object *object)
{
	int stays = geteuid() ? 0 : stays_attached(object);
	bool hidden = false, told;

	if (!stays || (stays < 0 && !is_privileged(tool)))
		return false;
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++)
		for (const struct tool_test *test = hook->tests; test->try; test++) {
			bool denied = test->operation && is_denied(ops, test, &told);

			if (!test->operation || !told)
				continue;
			hidden = denied;
			/* It is loaded: one denial will do. */
			if (hidden && stays > 0)
				return true;
			/* Where bpf(2) is shut, perhaps by another, only that is denied. */
			if (!hidden && stays < 0)
				return false;
			if (stays < 0)
				break; /* what comes after may be outside the profile */
		}
	return hidden;
}

/* Whether the seal denies what is tested by itself, as its run was stopped before it had pinned. */
static bool is_sealed_only(const struct report *report)
{
	int err;

	return report->sealed && !prove_denied(report->tool, report->ops, &err);
}

/* Without a pin of the state. */
static void unpinned(const struct report *report, struct status_result *result)
{
	bool exists = pin_exists(report->tool->name, NULL);

	if (!exists && report->unfinished)
		result->status = STATUS_UNFINISHED;
	else if (!exists && is_sealed_only(report))
		result->status = STATUS_SEALED;
	else if ((pin_overmounted() || !exists) &&
		 status_hidden(report->tool, report->ops, report->object))
		result->status = STATUS_HIDDEN;
	else if (exists)
		*result = (struct status_result){ STATUS_PARTIAL, .bad = PIN_STATE };
	else
		result->status = STATUS_INACTIVE;
}

/* Tests, and reads what was counted, the tests apart. */
static int look(struct report *report, struct bpf_object *object, char changed[PINSET_NAME_MAX])
{
	const char *name = report->tool->name;
	struct status_result *result = &report->result;
	struct records records = { 0 };
	int err;

	if (pinset_changed(name, changed)) {
		*result = (struct status_result){ STATUS_CHANGED, .bad = changed };
		return 0;
	}
	err = records_pinned_state(name, &report->state);
	if (err == -ENOENT) {
		unpinned(report, result);
		return 0;
	}
	if (err)
		return err;
	hooks_choose(report->tool, object, &report->ops->btf, &report->state.frozen);
	status_prove(report->tool, report->ops, object, &report->state.frozen.policy, result);
	/* What is pinned is of before, and not asked any more. */
	if (result->status == STATUS_UNPROVEN && report->sealed &&
	    !report->tool->seals(&report->state.frozen) && is_sealed_only(report))
		*result = (struct status_result){ STATUS_SEALED };
	err = records_pinned_state(name, &report->state);
	if (!err)
		err = records_read(name, &report->state.frozen, &records);
	if (err == -ENOENT && result->status == STATUS_PARTIAL)
		err = 0;
	report->dropped = records_dropped(&report->state, &records);
	report->kept = records.count;
	records_free(&records);
	return err;
}

int status_run(const struct tool *tool, const struct operations *ops, struct bpf_object *object,
	       bool json, bool verbose)
{
	struct report report = { tool, ops, object, .verbose = verbose };
	char changed[PINSET_NAME_MAX];
	int lock = pin_watch(), err;

	/* All of it: it mounts, and bpf(2) tells how often a hook was skipped. */
	testing_begin(-1);
	delayed_watch("the kernel's lockdown");
	kernel_lockdown();
	delayed_done();
	report.unfinished = pinset_unfinished(tool->name);
	report.sealed = tool->seals && pin_sealed();
	err = look(&report, object, changed);
	if (lock >= 0)
		close(lock);
	if (!err)
		report_print(&report, json);
	testing_end(-1);
	if (err)
		return explain_reading(tool->name, err);
	if (msg_flush())
		return EX_IOERR;
	switch (report.result.status) {
	case STATUS_ENFORCING:
	case STATUS_RECORDING:
	case STATUS_UNPROVEN:
	case STATUS_HIDDEN:
	case STATUS_UNGUARDED:
	case STATUS_SEALED:
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
