// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel.h"
#include "msg.h"
#include "namespace.h"
#include "pin.h"
#include "prove.h"
#include "tool.h"

#define HOOKS_MAX 16
#define LSM_LIST_MAX 256

struct run {
	const struct tool *tool;
	const struct options *options;
	struct policy *policy;
	struct operations ops;
	bool fmod_ret;			   /* else LSM */
	enum kernel_preemption preemption; /* with fmod_ret */
	struct pin_link links[HOOKS_MAX];
	int count;
};

static int status_of(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return EX_NOPERM;
	case EIO:
	case ENOSPC:
	case EROFS:
		return EX_IOERR;
	default:
		return EX_OSERR;
	}
}

/* The operations of the running kernel, or the reason why there are none. */
static int find_operations(const struct tool *tool, struct operations *ops,
			   struct operation_set *outside)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int err;

	if (!btf) {
		msg_error(
			"cannot read the kernel's types in '/sys/kernel/btf/vmlinux': %s; run a kernel "
			"built with CONFIG_DEBUG_INFO_BTF=y and mount sysfs",
			strerror(errno));
		return EX_UNAVAILABLE;
	}
	err = tool->operations(ops, btf, outside);
	btf__free(btf);
	if (!err)
		return 0;
	msg_error("cannot find the operations of this kernel: %s; it needs CONFIG_SECURITY=y and "
		  "CONFIG_BPF_LSM=y",
		  strerror(-err));
	return EX_UNAVAILABLE;
}

static int parse_list(struct run *run, const char *option, const char *list,
		      struct operation_set *set)
{
	char bad[64] = "", *known;
	int err;

	if (!list)
		return 0;
	err = operations_parse(&run->ops, &run->tool->words, list, set, bad, sizeof(bad));
	if (!err)
		return 0;
	if (err == -EINVAL) {
		msg_error("empty item in the list of --%s", option);
		return EX_USAGE;
	}
	known = operations_names(&run->ops, NULL);
	msg_error("unknown operation '%s' in --%s: known are %s and the words of --list", bad,
		  option, known ? known : "");
	free(known);
	return EX_USAGE;
}

/* Fills in the frozen policy from the options: 0 or an exit status. */
static int make_policy(struct run *run)
{
	const struct options *options = run->options;
	struct policy *policy = run->policy;
	int status;

	policy->profile = options->profile ? options->profile : run->tool->profile;
	policy->namespaces = options->namespaces ? options->namespaces : NAMESPACE_PID;
	policy->audit = options->audit;
	if (options->allow && policy->profile != PROFILE_BASELINE) {
		msg_error("--allow has meaning under the profile baseline only");
		return EX_USAGE;
	}
	if (options->block && policy->profile == PROFILE_RESTRICTED) {
		msg_error("--block has no meaning under the profile restricted: all is denied");
		return EX_USAGE;
	}
	status = parse_list(run, "allow", options->allow, &policy->allow);
	if (!status)
		status = parse_list(run, "block", options->block, &policy->block);
	if (status)
		return status;
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		if (operation_set_has(&policy->allow, op) &&
		    operation_set_has(&policy->block, op)) {
			msg_error("operation '%s' is on both lists", run->ops.list[op].name);
			return EX_USAGE;
		}
	}
	return 0;
}

/* How to attach on this kernel: 0 or an exit status. */
static int choose_attachment(struct run *run)
{
	char list[LSM_LIST_MAX] = "";
	int active = kernel_has_bpf_lsm(list, sizeof(list));

	if (kernel_ftrace_off()) {
		msg_error(
			"kernel.ftrace_enabled is 0: programs would attach and never be called; run "
			"'sysctl kernel.ftrace_enabled=1'");
		return EX_UNAVAILABLE;
	}
	run->fmod_ret = active != 1;
	if (!run->fmod_ret)
		return 0;
	run->preemption = kernel_preemption();
	if (run->options->best_effort || run->preemption == PREEMPTION_OFF)
		return 0;
	msg_error("'bpf' is not an active LSM and %s, where a process can get past any other "
		  "attachment; boot with 'lsm=%s%sbpf' or give --best-effort",
		  run->preemption == PREEMPTION_ON
			  ? "this kernel can be preempted"
			  : "debugfs does not tell if this kernel can be preempted",
		  active < 0 ? "..." : list, *list || active < 0 ? "," : "");
	return EX_UNAVAILABLE;
}

/* The same program attaches to the function that calls the LSM hooks. */
static int use_fmod_ret(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) {
		char target[64];
		int err;

		snprintf(target, sizeof(target), "security_%s", bpf_program__name(program));
		bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
		bpf_program__set_expected_attach_type(program, BPF_MODIFY_RETURN);
		err = bpf_program__set_attach_target(program, 0, target);
		if (err)
			return err;
	}
	return 0;
}

static int attach(struct run *run, struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) {
		struct pin_link *link = &run->links[run->count];

		if (run->count == HOOKS_MAX)
			return -E2BIG;
		link->name = bpf_program__name(program);
		link->link = bpf_program__attach(program);
		if (!link->link) {
			int err = -errno;

			msg_error("cannot attach '%s': %s", link->name, strerror(errno));
			return err;
		}
		run->count++;
	}
	return 0;
}

static int load(struct run *run, struct bpf_object *object)
{
	int err = run->fmod_ret ? use_fmod_ret(object) : 0;

	if (!err)
		err = bpf_object__load(object);
	if (!err)
		return attach(run, object);
	if (err == -EPERM)
		msg_error("cannot load the BPF programs: %s; root is needed, with CAP_BPF and "
			  "CAP_SYS_ADMIN, and a kernel that has not shut bpf(2)",
			  strerror(-err));
	else
		msg_error("cannot load the BPF programs: %s; --verbose shows what the kernel says",
			  strerror(-err));
	return err;
}

static int prove(struct run *run, struct bpf_object *object)
{
	const struct bpf_map *counters = bpf_object__find_map_by_name(object, "counters");

	for (int i = 0; i < run->count; i++) {
		const char *hook = run->links[i].name, *after = run->tool->hook_after_lockdown;
		int err;

		if (after && !strcmp(hook, after) && kernel_locked_down()) {
			msg_warning(
				"the kernel's own lockdown answers before '%s', which can't be tested",
				hook);
			continue;
		}
		err = prove_hook(run->tool, &run->ops, run->policy, counters, hook);
		if (!err)
			continue;
		msg_error("'%s' is attached but %s: nothing is enforced", hook,
			  err == -ENOENT ? "was not seen to run" : "did not deny what it must");
		return err;
	}
	return 0;
}

/* Whether the policy lets somebody do @way to whom it denies @voided. */
static bool is_bypass(const struct policy *policy, __u32 way, __u32 voided)
{
	for (int trusted = 0; trusted < 2; trusted++)
		if (decision_concerns(policy, way) && decision_concerns(policy, voided) &&
		    !verdict_denies(decision(policy, way, trusted)) &&
		    verdict_denies(decision(policy, voided, trusted)))
			return true;
	return false;
}

/* One line for all the ways around that the lists leave open. */
static void warn_bypasses(const struct run *run)
{
	struct operation_set ways = { 0 }, voided = { 0 };
	char *way_names, *voided_names;
	bool any = false;

	for (const struct tool_bypass *b = run->tool->bypasses; b && b->way; b++) {
		int way = operations_find(&run->ops, b->way);
		struct operation_set set = { 0 };
		char bad[64];

		if (way < 0)
			continue;
		operations_parse(&run->ops, &run->tool->words, b->voided, &set, bad, sizeof(bad));
		for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
			if (!operation_set_has(&set, op) || !is_bypass(run->policy, (__u32)way, op))
				continue;
			operation_set_add(&ways, (unsigned int)way);
			operation_set_add(&voided, op);
			any = true;
		}
	}
	if (!any || run->policy->audit)
		return;
	way_names = operations_names(&run->ops, &ways);
	voided_names = operations_names(&run->ops, &voided);
	msg_warning("%s, which these lists leave allowed, %s a way around the denial of %s",
		    way_names ? way_names : "",
		    way_names && strchr(way_names, ',') ? "are each" : "is",
		    voided_names ? voided_names : "");
	free(way_names);
	free(voided_names);
}

static int report(const struct run *run)
{
	const struct policy *policy = run->policy;
	const struct options *options = run->options;
	char kinds[64], who[128];
	bool baseline = policy->profile == PROFILE_BASELINE;
	int err;

	namespace_names(policy->namespaces, kinds, sizeof(kinds));
	if (baseline)
		snprintf(who, sizeof(who), "allowed only from the initial %s namespace%s", kinds,
			 strchr(kinds, ',') ? "s" : "");
	else
		snprintf(who, sizeof(who), "%s to everybody",
			 policy->profile == PROFILE_ALLOW ? "allowed" : "denied");
	msg_say("%s: %s%s%s%s%s%s%s%s; pinned in " PIN_ROOT "/%s",
		options_profile_name(policy->profile), who, options->allow ? ", and " : "",
		options->allow ? options->allow : "", options->allow ? " from anywhere" : "",
		options->block ? ", but " : "", options->block ? options->block : "",
		options->block ? " for nobody" : "",
		policy->audit ? "; audit: nothing is denied" : "", run->tool->name);
	if (run->fmod_ret && run->preemption != PREEMPTION_OFF)
		msg_warning("best effort: attached as fmod_ret on a kernel that %s be preempted: a "
			    "determined process gets past it",
			    run->preemption == PREEMPTION_ON ? "can" : "may");
	err = msg_flush();
	if (err)
		msg_error("cannot write to standard output: %s", strerror(-err));
	return err ? EX_IOERR : 0;
}

static int lock_pins(void)
{
	int fd = pin_lock();

	if (fd < 0)
		msg_error("cannot prepare '" PIN_ROOT "': %s%s", strerror(-fd),
			  fd == -EROFS ? "; remount /sys read-write" : "");
	return fd;
}

/* Attached already: proves, pins, reports. What was active before stays until the new is pinned. */
static int put_in_force(struct run *run, struct bpf_object *object)
{
	const char *name = run->tool->name;
	bool replacing = pin_exists(name);
	int err;

	/* What is active answers first, so that the new is seen to run only after it. */
	if (!replacing && prove(run, object))
		return EX_UNAVAILABLE;
	err = pin_replace(name, run->links, run->count);
	if (err) {
		msg_error("cannot pin in '" PIN_ROOT "/%s': %s", name, strerror(-err));
		if (!replacing)
			pin_remove(name);
		return status_of(err);
	}
	/* The old is gone by now: the new stays, for it is no less than nothing. */
	if (replacing && prove(run, object))
		return EX_UNAVAILABLE;
	warn_bypasses(run);
	return report(run);
}

int tool_lock(const struct tool *tool, const struct options *options, struct bpf_object *object,
	      struct policy *policy)
{
	struct run run = { .tool = tool, .options = options, .policy = policy };
	int status, lock, err;

	status = find_operations(tool, &run.ops, &policy->outside);
	if (!status)
		status = make_policy(&run);
	if (status)
		return status;
	if (geteuid()) {
		msg_error("cannot lock the machine: only root can");
		return EX_NOPERM;
	}
	status = choose_attachment(&run);
	if (status)
		return status;
	lock = lock_pins();
	if (lock < 0)
		return status_of(lock);
	err = load(&run, object);
	if (err)
		status = err == -EPERM ? EX_NOPERM : EX_UNAVAILABLE;
	else
		status = put_in_force(&run, object);
	for (int i = 0; i < run.count; i++)
		bpf_link__destroy(run.links[i].link);
	close(lock);
	return status;
}

int tool_remove(const struct tool *tool)
{
	int lock, err;

	if (geteuid()) {
		msg_error("cannot unlock the machine: only root can");
		return EX_NOPERM;
	}
	lock = lock_pins();
	if (lock < 0)
		return status_of(lock);
	err = pin_remove(tool->name);
	close(lock);
	if (err && err != -ENOENT) {
		msg_error("cannot remove '" PIN_ROOT "/%s': %s", tool->name, strerror(-err));
		return status_of(err);
	}
	msg_say("%s", err ? "was not active" : "removed: nothing is enforced");
	return msg_flush() ? EX_IOERR : 0;
}

static const char *find_alias(const struct tool *tool, const char *name)
{
	for (const struct operation_word *a = tool->words.aliases; a->word; a++)
		if (!strcmp(a->members, name))
			return a->word;
	return "-";
}

static const char *find_phrase(const struct tool *tool, const char *name)
{
	for (const struct operation_phrase *p = tool->words.phrases; p->name; p++)
		if (!strcmp(p->name, name))
			return p->covers;
	return "new in this kernel";
}

int tool_list(const struct tool *tool, const struct options *options)
{
	enum policy_profile profile = options->profile ? options->profile : tool->profile;
	struct operation_set outside = { 0 };
	struct operations ops = { 0 };
	int status = find_operations(tool, &ops, &outside);

	if (status)
		return status;
	printf("%-22s %-25s %-16s %-10s %s\n", "OPERATION", "ALIAS", "CLASS",
	       options_profile_name(profile), "WHAT");
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *o = &ops.list[op];

		if (*o->name)
			printf("%-22s %-25s %-16s %-10s %s\n", o->name, find_alias(tool, o->name),
			       o->class,
			       profile == PROFILE_ALLOW || operation_set_has(&outside, op)
				       ? "-"
				       : "covered",
			       find_phrase(tool, o->name));
	}
	return msg_flush() ? EX_IOERR : 0;
}
