// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "bypass.h"
#include "cgroup.h"
#include "describe.h"
#include "digest.h"
#include "events.h"
#include "host.h"
#include "kernel.h"
#include "list.h"
#include "load.h"
#include "msg.h"
#include "prove.h"
#include "rlimits.h"
#include "shut.h"
#include "status.h"
#include "tool.h"

#define LSM_LIST_MAX 256
#define TYPES "/sys/kernel/btf/vmlinux"
#define ENOTSUPP 524 /* include/linux/errno.h: the kernel's own, which it lets out */

struct run {
	const struct tool *tool;
	const struct options *options;
	struct bpf_object *object;
	struct state *state;
	void *skeleton;
	struct cgroups cgroups;
	struct operations ops;
	struct load load;
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

/* Whether the same may work another time: the machine was short of something. */
static bool is_short(int err)
{
	switch (-err) {
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case EINTR:
	case EAGAIN:
		return true;
	default:
		return false;
	}
}

static void drop_types(struct operations *ops)
{
	btf__free(ops->types);
	ops->types = NULL;
}

/* The operations of the running kernel, or the reason why there are none. */
static int find_operations(const struct tool *tool, struct operations *ops,
			   struct operation_set *outside)
{
	struct btf *btf = btf__parse_raw(TYPES);
	int err = btf ? 0 : -errno;

	if (err == -ENOENT || err == -ENOTDIR || err == -EINVAL || err == -EPROTO) {
		msg_error("cannot read the kernel's types in '" TYPES
			  "': %s; mount sysfs, and run a "
			  "kernel built with CONFIG_DEBUG_INFO_BTF=y and CONFIG_BPF_LSM=y",
			  strerror(-err));
		return EX_UNAVAILABLE;
	}
	if (err) {
		msg_error("cannot read the kernel's types in '" TYPES "': %s", strerror(-err));
		return status_of(err);
	}
	ops->types = btf;
	err = tool->operations(ops, btf, outside);
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

/* The trusted cgroups: 0 or an exit status. */
static int find_cgroups(struct run *run)
{
	const struct options *options = run->options;
	struct policy *policy = &run->state->policy;
	const char *bad;
	int err;

	if (options->cgroups && policy->profile != PROFILE_BASELINE) {
		msg_error("--cgroup has meaning under the profile baseline only");
		return EX_USAGE;
	}
	err = cgroup_find(&run->cgroups, options->cgroups, options->cgroup_count, &bad);
	if (!err)
		cgroup_into_policy(&run->cgroups, policy);
	else if (err == -EOPNOTSUPP || err == -ENOTTY)
		msg_error("cannot trust '%.200s': it is %s; --cgroup wants a directory of cgroup2",
			  bad, err == -ENOTTY ? "no cgroup" : "a cgroup of version 1");
	else
		msg_error("cannot trust '%.200s': %s", bad, strerror(-err));
	return err ? EX_USAGE : 0;
}

/* Fills in the frozen policy from the options: 0 or an exit status. */
static int make_policy(struct run *run)
{
	const struct options *options = run->options;
	struct policy *policy = &run->state->policy;
	int status;

	policy->profile = options->profile ? options->profile : run->tool->profile;
	policy->namespaces = options->namespaces ? options->namespaces : NAMESPACE_PID;
	policy->audit = options->audit;
	policy->origin = options->origin;
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
	return find_cgroups(run);
}

/* How to attach on this kernel: 0 or an exit status. */
static int choose_attachment(struct run *run)
{
	char list[LSM_LIST_MAX] = "";
	int active = kernel_has_bpf_lsm(list, sizeof(list));
	struct load_kernel kernel;
	enum kernel_preemption preemption;
	char cure[LSM_LIST_MAX + 64];

	if (kernel_ftrace_off()) {
		msg_error(
			"kernel.ftrace_enabled is 0: programs would attach and never be called; run "
			"'sysctl kernel.ftrace_enabled=1'");
		return EX_UNAVAILABLE;
	}
	if (active == -EPERM || active == -EACCES) {
		msg_error("cannot read the active LSMs: %s; root is needed, with CAP_SYS_ADMIN",
			  strerror(-active));
		return EX_NOPERM;
	}
	if (is_short(active)) {
		msg_error("cannot tell if 'bpf' is an active LSM: %s", strerror(-active));
		return EX_OSERR;
	}
	run->state->attachment = ATTACHMENT_LSM;
	if (active == 1)
		return 0;
	kernel = load_kernel(run->ops.types);
	preemption = kernel.skips ? kernel_preemption() : PREEMPTION_OFF;
	run->state->attachment =
		preemption == PREEMPTION_OFF ? ATTACHMENT_FMOD_RET : ATTACHMENT_BEST_EFFORT;
	if (run->options->best_effort || preemption == PREEMPTION_OFF)
		return 0;
	if (active < 0) {
		msg_error("cannot tell if 'bpf' is an active LSM: %s; it needs securityfs, or "
			  "--best-effort",
			  strerror(-active));
		return EX_UNAVAILABLE;
	}
	snprintf(cure, sizeof(cure), "boot with 'lsm=%s,bpf'", *list ? list : "...");
	msg_error("'bpf' is not an active LSM and %s, where a process can get past any other "
		  "attachment; %s or give --best-effort",
		  preemption == PREEMPTION_ON
			  ? "this kernel can be preempted"
			  : "neither debugfs nor tracefs tells if this kernel can be preempted",
		  kernel.has_bpf_lsm ? cure : "run one built with CONFIG_BPF_LSM=y");
	return EX_UNAVAILABLE;
}

/*
 * The tables of records keep their number whatever the CPUs do: each CPU takes, and evicts,
 * LOCAL_FREE_TARGET elements at a time (kernel/bpf/bpf_lru_list.c).
 */
#define RECORDS_PER_CPU 128

static void reserve(const struct run *run, const char *name, __u32 more)
{
	struct bpf_map *map = bpf_object__find_map_by_name(run->object, name);

	bpf_map__set_max_entries(map, bpf_map__max_entries(map) + more);
}

/* The rest of what is frozen. */
static void fill_state(struct run *run, const struct bpf_object_skeleton *skeleton)
{
	const struct bpf_map *records = bpf_object__find_map_by_name(run->object, RECORDS_DENIED);
	struct timespec now = { 0 };
	int possible = libbpf_num_possible_cpus();
	__u32 cpus = possible > 0 ? (__u32)possible : 1, sets = 1;

	clock_gettime(CLOCK_BOOTTIME, &now);
	run->state->version = STATE_VERSION;
	run->state->confidential = kernel_confidential();
	run->state->value_size = bpf_map__value_size(records);
	while (sets < cpus && sets < COUNTER_SETS_MAX)
		sets *= 2;
	run->state->sets = sets;
	reserve(run, "counters", (sets - 1) * OPERATIONS_MAX);
	reserve(run, RECORDS_DENIED, RECORDS_PER_CPU * cpus);
	reserve(run, RECORDS_ALLOWED, RECORDS_PER_CPU * cpus);
	run->state->since = (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
	run->state->build = digest(skeleton->data, skeleton->data_sz);
}

/* Says which program of the suite it was that denied bpf(2); false where it was none. */
static bool say_shut(const struct run *run, const char *what)
{
	char program[64];

	if (!shut_by(run->state->since, program, sizeof(program)))
		return false;
	msg_error("cannot %s: bpf(2) is denied to this process by '%s': lift it with '%s --remove'",
		  what, program, program);
	return true;
}

/* Says that it is the limit of locked memory that bpf(2) fails at; false where it is not. */
static bool say_memlock(void)
{
	struct btf *btf = btf__parse_raw(TYPES);
	unsigned long long limit;
	bool limited = btf && rlimits_memory(btf, &limit);

	btf__free(btf);
	if (limited)
		msg_error("cannot load the BPF programs: before Linux 5.11 they count against "
			  "RLIMIT_MEMLOCK, which is %llu KiB and can't be raised; run 'ulimit -l "
			  "unlimited' before, or start it with CAP_SYS_RESOURCE",
			  limit);
	return limited;
}

static int load(struct run *run)
{
	int err = load_reuse(run->object, run->tool->name);

	if (!err)
		err = load_attach(run->object, run->state->attachment, &run->cgroups, &run->load);
	if (!err)
		return 0;
	/* libbpf takes it for a kernel that lacks something. */
	if (rlimits_files())
		err = -EMFILE;
	/* Without BTF, which was denied, the verifier has another objection. */
	if ((err == -EPERM || (!run->load.failed && !is_short(err))) &&
	    say_shut(run, "load the BPF programs"))
		return EX_NOPERM;
	if (err == -EPERM && say_memlock())
		return EX_NOPERM;
	/* What libbpf makes of it when it can't read the kernel's types, find_operations() could.
	 */
	if (err == -ESRCH && !run->load.failed) {
		struct btf *btf = btf__parse_raw(TYPES);

		err = btf ? err : -errno;
		btf__free(btf);
	}
	if (err == -EBADE)
		msg_error("cannot load the BPF programs: somebody changed their constants "
			  "meanwhile; lock with bpf(2) shut to containers");
	else if (err == -EPERM)
		msg_error("cannot load the BPF programs: bpf(2) is denied to this process; root "
			  "outside containers may, with CAP_BPF and CAP_SYS_ADMIN");
	else if (err == -EINVAL && !run->load.failed &&
		 kernel_lockdown() == LOCKDOWN_CONFIDENTIALITY)
		msg_error("cannot load the BPF programs: the kernel's own lockdown forbids them to "
			  "read kernel memory, which they need before Linux 5.11; boot with "
			  "'lockdown=integrity' or a newer kernel");
	else if (err == -ENOTSUPP)
		msg_error(
			"cannot attach '%s': this kernel has no BPF trampolines; run one built "
			"with CONFIG_BPF_JIT=y and CONFIG_DYNAMIC_FTRACE=y, on arm64 Linux 6.4 or "
			"newer",
			run->load.failed ? run->load.failed : "BPF programs");
	else if (run->load.failed)
		msg_error("cannot attach '%s': %s", run->load.failed, strerror(-err));
	else
		msg_error("cannot load the BPF programs: %s%s", strerror(-err),
			  is_short(err) ? "" : "; --verbose shows what the kernel says");
	return err == -EPERM ? EX_NOPERM : is_short(err) ? EX_OSERR : EX_UNAVAILABLE;
}

static int prove(struct run *run, bool pinned)
{
	const char *unseen = NULL;
	int seen = 0;

	for (int i = 0; i < run->load.hooks; i++) {
		const char *hook = run->load.links[i].name;
		int err;

		if (!prove_testable(run->tool, &run->ops, hook)) {
			if (kernel_lockdown() != LOCKDOWN_OFF && run->tool->hook_after_lockdown)
				msg_warning("the kernel's own lockdown answers before '%s', which "
					    "can't be tested",
					    hook);
			continue;
		}
		err = prove_hook(run->tool, &run->ops, &run->state->policy, &run->load, hook);
		seen += !err;
		if (err == -EALREADY)
			unseen = hook;
		if (!err || err == -EALREADY)
			continue;
		if (err == -EACCES || err == -ENOENT) {
			msg_error("'%s' is attached but %s: nothing is enforced", hook,
				  err == -EACCES ? "did not deny what it must"
						 : "was not seen to run");
			return EX_UNAVAILABLE;
		}
		msg_error("cannot test '%s': %s; %s", hook,
			  err == -ECHILD ? "no process can be started" : strerror(-err),
			  pinned ? "it is pinned, --status tests it again" : "nothing is enforced");
		return EX_OSERR;
	}
	/* Where one was seen, it may be what denies before the other. */
	if (unseen && !seen)
		msg_warning("something else denies before '%s' is asked, which can't be tested",
			    unseen);
	return 0;
}

/* Says the policy in words. */
static void say_policy(const struct run *run, const char *before, const char *after)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream) {
		describe_policy(stream, &run->state->policy, &run->ops);
		fclose(stream);
	}
	msg_say("%s%s%s", before, text ? text : "in force", after);
	free(text);
}

static int report(const struct run *run, const char *before)
{
	const struct state *state = run->state;
	char pins[PIN_PATH_MAX];

	snprintf(pins, sizeof(pins), "; pinned in " PIN_ROOT "/%s", run->tool->name);
	say_policy(run, before, pins);
	if (state->attachment == ATTACHMENT_BEST_EFFORT)
		msg_warning("best effort: attached as fmod_ret on a kernel that can or may be "
			    "preempted: a determined process gets past it");
	return msg_flush() ? EX_IOERR : 0;
}

/* Whether pins made here last: 0 or an exit status. */
static int check_host(void)
{
	switch (host_bpffs()) {
	case HOST_BPFFS_SAME:
		return 0;
	case HOST_BPFFS_OTHER:
		msg_warning("'" PIN_BPFFS
			    "' is not the host's: what is pinned there ends with this "
			    "mount namespace");
		return 0;
	case HOST_BPFFS_UNKNOWN:
		msg_warning("the host's mounts can't be seen from here: if '" PIN_BPFFS
			    "' is not the host's, what is pinned there ends with this container");
		return 0;
	case HOST_BPFFS_NONE:
	default:
		msg_error("cannot mount '" PIN_BPFFS "': it would end with this mount namespace, "
			  "which is not the host's; mount the host's there");
		return EX_OSERR;
	}
}

static int lock_pins(void)
{
	int fd = pin_lock();

	if (fd < 0)
		msg_error("cannot prepare '" PIN_ROOT "': %s%s", strerror(-fd),
			  fd == -EROFS	   ? "; remount " PIN_BPFFS " read-write"
			  : fd == -EUCLEAN ? "; others than root can write there, remove it"
					   : "");
	return fd;
}

/* Whether what is pinned is what is asked for, whole and seen to run. */
static bool is_in_force(const struct run *run)
{
	static struct records_state pinned;
	char changed[PINSET_NAME_MAX];
	enum status status;
	const char *bad;

	if (pinset_unfinished(run->tool->name) || pinset_changed(run->tool->name, changed) ||
	    records_pinned_state(run->tool->name, &pinned) ||
	    pinned.state.build != run->state->build ||
	    pinned.state.attachment != run->state->attachment ||
	    memcmp(&pinned.state.policy, &run->state->policy, sizeof(run->state->policy)))
		return false;
	status = status_prove(run->tool, &run->ops, run->object, &run->state->policy, &bad);
	return status == STATUS_ENFORCING || status == STATUS_RECORDING;
}

/* Loads, attaches, proves, pins, reports. What was active stays until the new is pinned. */
static int put_in_force(struct run *run)
{
	const char *name = run->tool->name;
	bool replacing = pin_exists(name, NULL) || pinset_unfinished(name);
	int status = load(run), err;

	/* One that denies keeps the other from being asked: only alone is the new seen to run. */
	if (!status && !replacing)
		status = prove(run, false);
	if (status)
		return status;
	err = pinset_replace(name, run->load.links, run->load.count);
	if (err) {
		if (err != -EPERM || !say_shut(run, "pin the BPF programs"))
			msg_error("cannot pin in '" PIN_ROOT "/%s': %s; nothing is changed", name,
				  strerror(-err));
		return status_of(err);
	}
	err = pinset_sweep(name);
	if (err) {
		msg_error("cannot remove what was pinned in '" PIN_ROOT
			  "' before: %s; it decides with the new",
			  err == -EBUSY ? "a process holds it" : strerror(-err));
		return status_of(err);
	}
	/* The old is gone by now: the new stays, for it is no less than nothing. */
	if (replacing)
		status = prove(run, true);
	if (status)
		return status;
	bypass_warn(run->tool, &run->ops, &run->state->policy);
	return report(run, "");
}

/* Whether the settings can be had here: 0 or an exit status. Nothing is changed. */
static int check_settings(struct run *run)
{
	int status = make_policy(run);

	if (!status)
		say_policy(run, "settings are good: ", "");
	free(run->cgroups.list);
	if (status)
		return status;
	return msg_flush() ? EX_IOERR : 0;
}

static int lock_machine(struct run *run, const struct bpf_object_skeleton *skeleton)
{
	int status = make_policy(run), lock;

	if (status)
		return status;
	if (geteuid()) {
		msg_error("cannot lock the machine: only root can");
		return EX_NOPERM;
	}
	status = choose_attachment(run);
	if (status)
		return status;
	if (run->tool->prepare)
		status = run->tool->prepare(run->skeleton, &run->state->policy, &run->ops);
	if (status)
		return status;
	fill_state(run, skeleton);
	if (run->tool->choose)
		run->tool->choose(run->object, &run->state->policy);
	status = check_host();
	if (status)
		return status;
	lock = lock_pins();
	if (lock < 0)
		return status_of(lock);
	status = is_in_force(run) ? report(run, "unchanged: ") : put_in_force(run);
	load_release(&run->load);
	close(lock);
	return status;
}

static int remove_pins(const struct tool *tool, const struct bpf_object *object)
{
	int lock = -1, err = -ENOENT;
	bool left = false;

	if (geteuid()) {
		msg_error("cannot unlock the machine: only root can");
		return EX_NOPERM;
	}
	/* Where no bpffs can be the host's, nothing is pinned, and none is mounted to look. */
	if (host_bpffs() == HOST_BPFFS_NONE) {
		msg_say("was not active");
		return msg_flush() ? EX_IOERR : 0;
	}
	if (pin_mounted()) {
		lock = lock_pins();
		if (lock < 0)
			return status_of(lock);
		err = pinset_remove(tool->name);
	}
	/* Under the lock: who waits for it loads the same. */
	if (!err || err == -ENOENT)
		left = load_stays(object) > 0 || status_hidden(tool, object);
	if (lock >= 0)
		close(lock);
	if (left)
		msg_error("cannot remove '" PIN_ROOT
			  "/%s': it is loaded, yet pinned elsewhere, below a mount, or held by a "
			  "process",
			  tool->name);
	else if (!err)
		msg_say("removed: nothing is enforced");
	else if (err == -ENOENT)
		msg_say("was not active");
	else
		msg_error("cannot remove '" PIN_ROOT "/%s': %s", tool->name,
			  err == -EBUSY ? "the pins are gone, yet a process holds the programs, "
					  "which decide until it ends"
					: strerror(-err));
	if (left)
		return EX_OSERR;
	if (err && err != -ENOENT)
		return status_of(err);
	return msg_flush() ? EX_IOERR : 0;
}

static int print_events(const struct run *run)
{
	const struct events_format format = {
		.program = run->tool->name,
		.ops = &run->ops,
		.json = run->options->json,
		.journal = run->options->journal,
		.all = run->options->verbose,
	};
	int err = events_run(&format, run->options->follow);

	if (err == -ENOENT) {
		msg_error("no records: not active");
		return STATUS_EXIT_INACTIVE;
	}
	if (err && !msg_flush())
		msg_error("cannot print the records: %s",
			  err == -EPROTO ? "another version of the program wrote them"
					 : strerror(-err));
	return err ? err == -EACCES || err == -EPERM ? EX_NOPERM : EX_IOERR : 0;
}

/* What is pinned, in the words of the policy that it was started with. */
static int print_status(const struct run *run)
{
	static struct records_state pinned;

	if (run->tool->choose && !records_pinned_state(run->tool->name, &pinned))
		run->tool->choose(run->object, &pinned.state.policy);
	return status_run(run->tool, &run->ops, run->object, run->options->json);
}

int tool_run(const struct tool *tool, const struct options *options,
	     const struct bpf_object_skeleton *object, void *skeleton, struct state *state)
{
	struct run run = { tool, options, *object->obj, state, skeleton };
	int status;

	rlimits_raise();
	/* Nobody listening is no reason to stop half-way. */
	if (options->action == ACTION_LOCK || options->action == ACTION_REMOVE) {
		signal(SIGPIPE, SIG_IGN);
		signal(SIGXFSZ, SIG_IGN);
	}
	if (options->action == ACTION_REMOVE)
		return remove_pins(tool, run.object);
	if (options->boot && kernel_told_off()) {
		msg_say("not locked: bpflock=off is on the kernel command line");
		return msg_flush() ? EX_IOERR : 0;
	}
	/* Only loading needs bpf(2): where it is shut the others must make no call, and no record.
	 */
	if (options->action == ACTION_LOCK && !kernel_has_bpf()) {
		msg_error("this kernel has no bpf(2); run one built with CONFIG_BPF_SYSCALL=y");
		return EX_UNAVAILABLE;
	}
	status = find_operations(tool, &run.ops, &state->policy.outside);
	if (status)
		return status;
	if (options->action != ACTION_LOCK)
		drop_types(&run.ops);
	switch (options->action) {
	case ACTION_LIST:
		list_print(tool, &run.ops, &state->policy.outside,
			   options->profile ? options->profile : tool->profile);
		return msg_flush() ? EX_IOERR : 0;
	case ACTION_STATUS:
		return print_status(&run);
	case ACTION_EVENTS:
		return print_events(&run);
	case ACTION_CONFIG:
		status = check_settings(&run);
		break;
	case ACTION_LOCK:
		status = lock_machine(&run, object);
		free(run.cgroups.list);
		drop_types(&run.ops);
		break;
	case ACTION_REMOVE:
	default:
		return EX_OSERR;
	}
	/* Nothing else than settings files can be wrong there. */
	if (status == EX_USAGE && (options->boot || options->action == ACTION_CONFIG))
		return EX_CONFIG;
	return status;
}
