// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <bpf/libbpf.h>

#include "kernel/kernel.h"
#include "kernel/limits.h"
#include "load/sections.h"
#include "pins/pin.h"
#include "records/events.h"
#include "records/journal.h"
#include "tool/explain.h"
#include "tool/hooks.h"
#include "tool/lock.h"
#include "tool/stamp.h"
#include "tool/status.h"
#include "tool/suggest.h"
#include "words/delayed.h"
#include "words/list.h"
#include "words/msg.h"

static int flushed(void)
{
	return msg_flush() ? EX_IOERR : 0;
}

/* The operations of the running kernel, or the reason why there are none. */
static int find_operations(const struct tool *tool, const struct bpf_object *object,
			   struct operations *ops)
{
	int err;

	delayed_watch("the kernel's types in '" BTF_PATH "'");
	err = btf_read(&ops->btf, BTF_PATH, bpf_object__btf(object));
	delayed_done();
	if (err)
		return explain_operations(err, true);
	err = tool->operations(ops);
	if (err)
		return explain_operations(err, false);
	operations_describe(ops, tool->words.phrases);
	hooks_events(tool, ops);
	return 0;
}

static int print_list(const struct run *run)
{
	list_print(&run->tool->words, run->ops, run->options->profile);
	if (run->options->verbose) {
		hooks_print(run->tool);
		bypass_print(run->tool->bypasses);
	}
	return flushed();
}

static int print_events(const struct run *run)
{
	const struct events_format format = {
		.tool = run->tool->name,
		.ops = run->ops,
		.subject = run->tool->subject,
		.json = run->options->json,
		.journal = run->options->journal,
		.executed = run->tool->help.kinds & KEYS_RECORDS,
		.all = run->options->verbose || run->options->journal,
		.live = true,
		.denied = run->options->denied,
		.since = run->options->since,
		.stamp = run->options->stamp,
	};
	int err;

	if (format.journal && run->options->follow && !journal_is_there())
		msg_warning("there is no journal: waiting for it");
	err = events_run(&format, run->options->follow);

	if (err == -ENOENT) {
		/* The launcher asks all, of which one need not be active. */
		if (!run->options->stamp)
			msg_error("no records: not active");
		return STATUS_EXIT_INACTIVE;
	}
	if (err && !msg_flush() && !format.journal)
		return explain_reading(format.tool, err);
	if (err && format.journal)
		msg_error("cannot send the records to the journal: %s",
			  err == -EPROTO ? "another version of the program wrote them"
					 : strerror(-err));
	return err ? err == -EACCES || err == -EPERM ? EX_NOPERM : EX_IOERR : 0;
}

/* Nobody else than root can have written what is read. */
static int check_pins(void)
{
	if (!pin_foreign())
		return 0;
	msg_error("cannot believe '" PIN_ROOT "': others than root can write there, remove it");
	return EX_IOERR;
}

static int act(const struct run *run)
{
	int status = find_operations(run->tool, run->object, run->ops);

	if (status)
		return status;
	switch (run->options->action) {
	case ACTION_LIST:
		return print_list(run);
	case ACTION_STATUS:
		status = check_pins();
		if (!status && run->options->stamp)
			return stamp_status(run);
		return status ? status
			      : status_run(run->tool, run->ops, run->object, run->options->json,
					   run->options->verbose);
	case ACTION_EVENTS:
		status = check_pins();
		return status ? status : print_events(run);
	case ACTION_SUGGEST:
		status = check_pins();
		if (!status)
			status = run->tool->suggest && !run->options->stamp ? run->tool->suggest()
									    : suggest_run(run);
		return status ? status : flushed();
	case ACTION_LOCK:
		return lock_run(run);
	case ACTION_REMOVE:
	default:
		return EX_SOFTWARE;
	}
}

static int open_and_act(const struct tool *tool, const struct options *options)
{
	struct operations ops = { 0 };
	struct sections sections;
	size_t size;
	const void *data = tool->object(&size);
	int status, err = sections_init(&sections);
	struct bpf_object *object = err ? NULL : sections_open(&sections, tool->name, data, size);
	struct run run = { tool, options, &ops, object, &sections };

	if (!object) {
		msg_error("cannot open the BPF object: %s", strerror(err ? -err : errno));
		status = EX_OSERR;
	} else if (options->action == ACTION_REMOVE) {
		status = remove_run(tool, &ops, object);
	} else {
		status = act(&run);
	}
	btf_free(&ops.btf);
	bpf_object__close(object);
	sections_close(&sections);
	return status;
}

/* Nothing is locked, and nothing taken away either. */
static int say_masked(const struct options *options)
{
	bool stays = pin_exists(msg_program(), NULL);

	msg_say("not locked: '%s' masks it%s%s%s", options->masked,
		stays ? "; what is in force stays until '" : "", stays ? msg_program() : "",
		stays ? " --remove'" : "");
	return flushed();
}

int tool_run(const struct tool *tool, int argc, char **argv)
{
	struct options options = { 0 };
	char told[64];
	bool locks;
	int status;

	msg_init(tool->name);
	/* Who ignores it has its children do so too: then nobody is told how a self-test ended. */
	signal(SIGCHLD, SIG_DFL);
	options_parse(&options, &tool->help, argc, argv);
	if (!options.profile)
		options.profile = tool->profile;
	if (options.lenient)
		return options.fail_closed;
	if (options.masked)
		return say_masked(&options);
	limits_raise();
	/* Nobody listening is no reason to stop half-way. */
	if (options.action == ACTION_LOCK || options.action == ACTION_REMOVE) {
		signal(SIGPIPE, SIG_IGN);
		signal(SIGXFSZ, SIG_IGN);
	}
	locks = options.action == ACTION_LOCK;
	/* To find out what a list lacks that a machine does not boot with. */
	snprintf(told, sizeof(told), "%s.learn", tool->name);
	if (options.boot && tool->help.kinds & KEYS_MODULES && kernel_told(told))
		options.learn = options.audit = true;
	if (locks && options.boot && kernel_told_off()) {
		msg_say("not locked: bpflock=off is on the kernel command line");
		return flushed();
	}
	/* Only loading needs bpf(2): where it is shut the others must make no call, and no record.
	 */
	if (locks && !kernel_has_bpf()) {
		msg_error("this kernel has no bpf(2); run one built with CONFIG_BPF_SYSCALL=y");
		return EX_UNAVAILABLE;
	}
	status = open_and_act(tool, &options);
	/* Nothing else than settings files can be wrong there. */
	return status == EX_USAGE && options.boot ? EX_CONFIG : status;
}
