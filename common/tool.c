// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bypass.h"
#include "decision.h"
#include "describe.h"
#include "events.h"
#include "ftrace.h"
#include "host.h"
#include "kernel.h"
#include "list.h"
#include "msg.h"
#include "rlimits.h"
#include "run.h"
#include "status.h"

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
static int find_operations(const struct tool *tool, const struct bpf_object *object,
			   struct operations *ops, struct operation_set *outside)
{
	int err = types_read(&ops->types, TYPES_PATH, bpf_object__btf(object));

	if (err == -ENOENT || err == -ENOTDIR || err == -EINVAL || err == -EPROTO) {
		msg_error("cannot read the kernel's types in '" TYPES_PATH
			  "': %s; mount sysfs, and run a "
			  "kernel built with CONFIG_DEBUG_INFO_BTF=y and CONFIG_BPF_LSM=y",
			  strerror(-err));
		return EX_UNAVAILABLE;
	}
	if (err) {
		msg_error("cannot read the kernel's types in '" TYPES_PATH "': %s", strerror(-err));
		return status_of(err);
	}
	err = tool->operations(ops, ops->types.btf, outside);
	if (!err)
		return 0;
	msg_error("cannot find the operations of this kernel: %s; it needs CONFIG_SECURITY=y and "
		  "CONFIG_BPF_LSM=y",
		  strerror(-err));
	return EX_UNAVAILABLE;
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

	if (fd == -EAGAIN)
		msg_error("another run has locked '" PIN_ROOT "' for %d s; 'fuser " PIN_ROOT
			  "' tells which",
			  PIN_LOCK_SECONDS);
	else if (fd < 0)
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
	/* It may be had this time. */
	if (policy_denies(&run->state->policy) && !pin_exists(run->tool->name, FTRACE_PIN))
		return false;
	status = status_prove(run->tool, &run->ops, run->object, &run->state->policy, &bad);
	return status == STATUS_ENFORCING || status == STATUS_RECORDING;
}

/* Loads, attaches, proves, pins, reports. What was active stays until the new is pinned. */
static int put_in_force(struct run *run)
{
	const char *name = run->tool->name;
	bool replacing = pin_exists(name, NULL) || pinset_unfinished(name);
	int status = run_load(run), err;

	/* One that denies keeps the other from being asked: only alone is the new seen to run. */
	if (!status && !replacing)
		status = run_prove(run, false);
	if (status)
		return status;
	err = pinset_replace(name, run->load.links, run->load.count);
	if (err) {
		if (err != -EPERM || !run_denied(run, "pin the BPF programs"))
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
		status = run_prove(run, true);
	if (status)
		return status;
	bypass_warn(run->tool, &run->ops, &run->state->policy);
	return report(run, "");
}

static int lock_machine(struct run *run, const struct bpf_object_skeleton *skeleton)
{
	int status = run_policy(run), lock;

	if (status)
		return status;
	if (run->options->dry_run) {
		say_policy(run, "settings are good: ", "");
		return msg_flush() ? EX_IOERR : 0;
	}
	if (geteuid()) {
		msg_error("cannot lock the machine: only root can");
		return EX_NOPERM;
	}
	status = run_attachment(run);
	if (status)
		return status;
	if (run->tool->prepare)
		status = run->tool->prepare(run->skeleton, &run->state->policy, &run->ops);
	if (status)
		return status;
	run_fill(run, skeleton);
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
	if (options->boot && !options->dry_run && kernel_told_off()) {
		msg_say("not locked: bpflock=off is on the kernel command line");
		return msg_flush() ? EX_IOERR : 0;
	}
	/* Only loading needs bpf(2): where it is shut the others must make no call, and no record.
	 */
	if (options->action == ACTION_LOCK && !options->dry_run && !kernel_has_bpf()) {
		msg_error("this kernel has no bpf(2); run one built with CONFIG_BPF_SYSCALL=y");
		return EX_UNAVAILABLE;
	}
	status = find_operations(tool, run.object, &run.ops, &state->policy.outside);
	if (status)
		return status;
	if ((options->action == ACTION_STATUS || options->action == ACTION_EVENTS) &&
	    pin_foreign()) {
		msg_error("cannot believe '" PIN_ROOT "': others than root can write there, "
			  "remove it");
		return EX_IOERR;
	}
	switch (options->action) {
	case ACTION_LIST:
		list_print(tool, &run.ops, &state->policy.outside,
			   options->profile ? options->profile : tool->profile);
		status = msg_flush() ? EX_IOERR : 0;
		break;
	case ACTION_STATUS:
		status = print_status(&run);
		break;
	case ACTION_EVENTS:
		status = print_events(&run);
		break;
	case ACTION_LOCK:
		status = lock_machine(&run, object);
		free(run.cgroups.list);
		break;
	case ACTION_REMOVE:
	default:
		status = EX_OSERR;
	}
	types_free(&run.ops.types);
	/* Nothing else than settings files can be wrong there. */
	if (status == EX_USAGE && options->boot)
		return EX_CONFIG;
	return status;
}
