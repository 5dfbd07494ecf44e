// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "abi/decision.h"
#include "abi/digest.h"
#include "kernel/clock.h"
#include "kernel/kernel.h"
#include "load/frozen.h"
#include "load/ftrace.h"
#include "load/guard.h"
#include "load/iterators.h"
#include "load/load.h"
#include "load/seal.h"
#include "load/sections.h"
#include "options/policy.h"
#include "pins/testing.h"
#include "records/records.h"
#include "tool/attachment.h"
#include "tool/child.h"
#include "tool/explain.h"
#include "tool/hooks.h"
#include "tool/lock.h"
#include "tool/place.h"
#include "tool/prove.h"
#include "tool/say.h"
#include "tool/stamp.h"
#include "tool/status.h"
#include "words/bypass.h"
#include "words/delayed.h"
#include "words/msg.h"

#define SETTINGS_GOOD "settings are good: "

/* Whether kernel.ftrace_enabled is kept by a pin of @name, or by the seal, under which none is
 * added. */
static bool has_ftrace(const char *name)
{
	return pin_exists(name, FTRACE_PIN) || (pin_sealed() && !ftrace_test());
}

/* Whether what is pinned is what is asked for, whole and seen to run. */
static bool is_in_force(const struct run *run, const struct frozen *frozen)
{
	const char *name = run->tool->name;
	struct records_state pinned;
	char changed[PINSET_NAME_MAX];
	struct status_result result;

	if (pinset_unfinished(name) || pinset_changed(name, changed) ||
	    records_pinned_state(name, &pinned) || pinned.frozen.build != frozen->build ||
	    pinned.frozen.attachment != frozen->attachment ||
	    memcmp(&pinned.frozen.policy, &frozen->policy, sizeof(frozen->policy)))
		return false;
	/* A guard is missing: last time it could not be attached; try again. */
	if (policy_denies(&frozen->policy) &&
	    (!has_ftrace(name) || !pin_exists(name, PIN_GUARD_RENAME)))
		return false;
	testing_begin(-1);
	status_prove(run->tool, run->ops, run->object, &frozen->policy, &result);
	testing_end(-1);
	return result.status == STATUS_ENFORCING || result.status == STATUS_RECORDING;
}

static bool seals(const struct run *run, const struct frozen *frozen)
{
	return run->tool->seals && run->tool->seals(frozen);
}

/*
 * What is in force and sealed is what it is: 0, or an exit status after having said so. The seal of
 * who was killed before it had pinned is in force; by another run it is completed.
 */
static int check_sealed(const struct run *run, const struct frozen *frozen)
{
	if ((!pin_exists(run->tool->name, NULL) && (!run->tool->seals || seals(run, frozen))) ||
	    !pin_sealed() || (run->options->boot && is_in_force(run, frozen)))
		return 0;
	msg_error("cannot replace what is in force: sealed until reboot; nothing is changed");
	return EX_NOPERM;
}

/* What is pinned beside the hooks: who denies nothing denies none of it. */
#define GUARDS (1 + GUARD_LINKS + 1)

struct guards {
	struct pin_link links[GUARDS];
	int ftrace, mounts; /* why there is none, 0 or a negative errno */
	char place[PIN_PATH_MAX];
};

/* Before what they keep attached. Returns a negative errno where it may be better another time. */
static int attach_guards(const struct run *run, const struct frozen *frozen, struct guards *guards)
{
	*guards = (struct guards){ 0 };
	if (!policy_denies(&frozen->policy))
		return 0;
	delayed_watch("the root of cgroup2");
	guards->ftrace = ftrace_attach(&guards->links[0]);
	delayed_done();
	if (explain_short(guards->ftrace))
		return guards->ftrace;
	guards->mounts = guard_attach(run->tool->name, run->sections, frozen, &guards->links[1],
				      guards->place);
	return explain_short(guards->mounts) ? guards->mounts : 0;
}

/* A program's own guard of sysctls: not where the other can't be had, nor where all is allowed. */
static void choose_sysctl(const struct run *run, const struct frozen *frozen, bool other)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(run->object, PIN_SYSCTL);

	if (prog)
		bpf_program__set_autoload(prog, other && policy_denies(&frozen->policy));
}

/* Has @load, which was attached, hold the guards, or on a failure drops them. */
static int keep_guards(struct guards *guards, struct load *load, int err)
{
	for (int i = 0; i < GUARDS; i++) {
		if (!guards->links[i].link)
			continue;
		if (err)
			bpf_link__destroy(guards->links[i].link);
		else
			err = load_keep(load, guards->links[i]);
	}
	return err;
}

/* Loads and attaches; load_release() is due also after a failure. */
static int load(const struct run *run, const struct frozen *frozen, const struct trusted *trusted,
		struct load *load)
{
	struct guards guards;
	int err;

	*load = (struct load){ 0 };
	if (frozen->policy.units && !load_may_load_btf(run->object))
		return explain_units(frozen->since);
	err = attach_guards(run, frozen, &guards);
	if (!err && guards.ftrace && seals(run, frozen)) {
		keep_guards(&guards, load, guards.ftrace);
		return explain_seal(FTRACE_PIN, frozen->since, guards.ftrace);
	}
	if (!err)
		err = iterators_reuse(run->object, run->tool->name);
	choose_sysctl(run, frozen, guards.links[0].link);
	if (!err)
		err = load_attach(run->object, run->sections, trusted, load);
	if (!err)
		err = ftrace_attach_sysctl(run->object, &guards.links[GUARDS - 1]);
	err = keep_guards(&guards, load, err);
	if (err)
		return explain_load(run->tool, &run->ops->btf, load, frozen->since, err);
	if (guards.ftrace)
		explain_ftrace(guards.ftrace);
	if (guards.mounts)
		explain_mounts(guards.mounts, guards.place);
	return 0;
}

/* Whether what is attached decides: 0 or an exit status. */
static int prove(const struct run *run, const struct frozen *frozen, const struct load *load,
		 bool pinned)
{
	struct proof_result proof;

	/* Once it is pinned it is told by its pin; twice would be that the test is done. */
	testing_begin(pinned ? -1 : load_open(load, PIN_TESTING));
	prove_all(run->tool, run->ops, run->object, &frozen->policy, load, &proof);
	testing_end(pinned ? -1 : load_open(load, PIN_TESTING));
	return explain_proof(run->tool, run->object, &proof, pinned);
}

/* The mark of seal() goes with what was there. */
static int pin(const struct run *run, const struct frozen *frozen, const struct load *load,
	       bool *marked)
{
	const char *name = run->tool->name;
	int err = pinset_replace(name, load->links, load->count, seals(run, frozen));

	if (err) {
		if (err != -EPERM || !explain_denied(frozen->since, "pin the BPF programs"))
			msg_error("cannot pin in '" PIN_ROOT "/%s': %s; nothing is changed", name,
				  strerror(-err));
		return explain_status(err);
	}
	*marked = false;
	err = pinset_sweep(name);
	if (!err)
		return 0;
	msg_error("cannot remove what was pinned in '" PIN_ROOT
		  "/%s' before: %s; it decides with the new",
		  name, err == -EBUSY ? "a process holds it" : strerror(-err));
	return explain_status(err);
}

/* Whether each hook of the seal denies what its tests do, by a child, which is not the loader. */
static int prove_seal(const struct run *run)
{
	int err;
	const struct tool_hook *hook = prove_denied(run->tool, run->ops, &err);

	if (!hook)
		return 0;
	if (err) {
		msg_error("cannot test '%s' of the seal: %s; nothing is changed", hook->prog,
			  explain_test(err));
		return EX_OSERR;
	}
	msg_error("'%s' of the seal is attached but did not deny what it must; nothing is changed",
		  hook->prog);
	return EX_UNAVAILABLE;
}

static int mark(const struct seal *sealed)
{
	struct pin_link links[SEAL_PROGS_MAX];

	for (int i = 0; i < sealed->loaded; i++)
		links[i] = (struct pin_link){ sealed->list[i].name, NULL, sealed->list[i].fd };
	return pinset_mark(links, sealed->loaded);
}

/* Before all else: what is attached last is asked first, and that is to be what records. */
static int seal(const struct run *run, const struct frozen *frozen, const void *own,
		struct seal *sealed, bool *marked)
{
	const struct tool *tool = run->tool;
	const void *data;
	size_t size;
	int err;

	if (!tool->seal || !seals(run, frozen) || frozen->attachment != ATTACHMENT_LSM ||
	    !seal_possible(&run->ops->btf))
		return 0;
	if (pin_sealed())
		return prove_seal(run);
	data = tool->seal(&size);
	err = seal_load(sealed, run->sections, data, size, tool->own, own, tool->own_size);
	/* Who is stopped has said it. Where it may not be taken back there is no sealing either. */
	*marked = !err && !pin_attach_denied() && !mark(sealed);
	if (!err)
		err = seal_attach(sealed);
	return err ? explain_seal(sealed->failed, frozen->since, err) : prove_seal(run);
}

/* Loads, attaches, proves, pins, reports. What was active stays until the new is pinned. */
static int put_in_force(const struct run *run, const struct frozen *frozen,
			const struct trusted *trusted, const void *own)
{
	const char *name = run->tool->name;
	bool replacing = pin_exists(name, NULL) || pinset_unfinished(name);
	struct seal sealed = { .root = -1 };
	struct load loaded = { 0 };
	bool marked = false;
	int status;

	status = seal(run, frozen, own, &sealed, &marked);
	if (!status)
		status = load(run, frozen, trusted, &loaded);
	/*
	 * While the old programs deny, the kernel doesn't call the new ones. The test is now only
	 * if nothing old is there, else after it is gone: the new stays then, for it is no less
	 * than nothing.
	 */
	if (!status && !replacing)
		status = prove(run, frozen, &loaded, false);
	if (!status)
		status = pin(run, frozen, &loaded, &marked);
	if (status) {
		seal_undo(&sealed);
		if (marked)
			pinset_unmark();
	}
	if (!status && replacing)
		status = prove(run, frozen, &loaded, true);
	if (!status) {
		bypass_warn(run->tool->bypasses, &run->tool->words, run->ops, &frozen->policy);
		status = say_pinned(run, frozen, "");
	}
	load_release(&loaded);
	seal_release(&sealed);
	return status;
}

/* Writes all that is frozen to the BPF object, which is not loaded yet. */
static int freeze(const struct run *run, const struct frozen *frozen, const void *own)
{
	const struct tool *tool = run->tool;
	int err = frozen_write(run->object, "state", frozen, sizeof(*frozen));

	if (!err && tool->own)
		err = frozen_write(run->object, tool->own, own, tool->own_size);
	if (err)
		msg_error("cannot write the constants of the BPF object: %s", strerror(-err));
	return err ? EX_SOFTWARE : 0;
}

/* What is frozen beside the policy, but for what takes bpf(2) to find out. */
static void complete(const struct run *run, struct frozen *frozen)
{
	size_t size;
	const void *object = run->tool->object(&size);
	__u32 operations = OPERATIONS_MAX;

	while (operations > 1 && !*run->ops->list[operations - 1].name)
		operations--;
	frozen->version = STATE_VERSION;
	frozen->since = clock_boottime();
	frozen->build = digest(object, size);
	iterators_reserve(run->object, operations, frozen);
}

/* All that is read of the kernel's files before anything is loaded: 0 or an exit status. */
static int read_kernel(const struct run *run, struct frozen *frozen, void *own)
{
	const struct tool *tool = run->tool;
	const struct tool_hook *lacking;
	int status = 0;

	/* No trampoline: neither LSMs nor ftrace nor preemption matter to it. */
	if (tool->help.kinds & KEYS_RECORDS)
		frozen->attachment = ATTACHMENT_TRACEPOINT;
	else
		status = attachment_choose(&run->ops->btf, run->options->best_effort,
					   &frozen->attachment);
	if (status)
		return status;
	lacking = hooks_choose(tool, run->object, &run->ops->btf, frozen);
	if (lacking)
		return explain_lacking(lacking);
	kernel_lockdown();
	return tool->prepare ? tool->prepare(&frozen->policy, run->ops, &frozen->policy.root, own)
			     : 0;
}

/* All that is still to be found out, and written to the object: 0 or an exit status. */
static int make_ready(const struct run *run, struct frozen *frozen, void *own)
{
	int status;

	frozen->confidential = !load_may_read();
	if (frozen->confidential &&
	    (frozen->policy.units || frozen->policy.names || frozen->policy.learns))
		return explain_unreadable(frozen->policy.units);
	run->sections->kernel = &run->ops->btf;
	run->sections->attachment = frozen->attachment;
	status = run->tool->settle ? run->tool->settle(run->options, frozen, run->ops, own) : 0;
	return status ? status : freeze(run, frozen, own);
}

/*
 * All that locking would come to, said as it would be, but for what attaching and the tests after
 * it find: 0 or an exit status. Loads the programs, which decide nothing until they are attached,
 * and drops them.
 */
static int dry_run(const struct run *run, struct frozen *frozen, const struct trusted *trusted,
		   void *own)
{
	int status = place_try(), watch = status ? -1 : pin_watch(), err;
	bool in_force = !status && is_in_force(run, frozen);
	struct load none = { 0 };

	if (watch >= 0)
		close(watch);
	if (status)
		return status;
	status = in_force ? 0 : make_ready(run, frozen, own);
	if (!status && !in_force && frozen->policy.units && !load_may_load_btf(run->object))
		status = explain_units(frozen->since);
	if (!status && !in_force) {
		err = iterators_reuse(run->object, run->tool->name);
		choose_sysctl(run, frozen, false);
		err = err ? err : load_try(run->object, run->sections, trusted);
		if (err)
			status = explain_load(run->tool, &run->ops->btf, &none, frozen->since, err);
	}
	if (status)
		return status;
	if (!in_force) {
		explain_lockdown(run->tool, run->object);
		bypass_warn(run->tool->bypasses, &run->tool->words, run->ops, &frozen->policy);
	}
	if (run->options->stamp) {
		stamp_known(run->ops);
		stamp_denied(run->ops, &frozen->policy);
		printf("sealed %d\n", seals(run, frozen));
	}
	return say_frozen(run, frozen, SETTINGS_GOOD, in_force ? "; in force already" : "");
}

/* What is asked for is in force, or put in force. */
static int lock_with(const struct run *run, struct frozen *frozen, const struct trusted *trusted,
		     void *own)
{
	int status, lock;

	delayed_watch("securityfs, sysfs or debugfs");
	testing_begin(-1);
	status = read_kernel(run, frozen, own);
	testing_end(-1);
	delayed_done();
	if (!status)
		status = place_check();
	if (status)
		return status;
	complete(run, frozen);
	status = check_sealed(run, frozen);
	if (status)
		return status;
	if (run->options->dry_run)
		return dry_run(run, frozen, trusted, own);
	lock = place_lock();
	if (lock < 0)
		return explain_status(lock);
	if (is_in_force(run, frozen)) {
		status = say_pinned(run, frozen, "unchanged: ");
	} else {
		status = make_ready(run, frozen, own);
		if (!status)
			status = put_in_force(run, frozen, trusted, own);
	}
	close(lock);
	return status;
}

int lock_run(const struct run *run)
{
	struct frozen frozen = { .policy.uncovered = run->ops->uncovered };
	struct trusted trusted = { 0 };
	void *own = calloc(1, run->tool->own_size + 1);
	int status = EX_OSERR;

	delayed_watch("cgroups");
	if (own)
		status = policy_from(run->options, run->ops, &run->tool->words, &frozen.policy,
				     &trusted);
	delayed_done();
	frozen.policy.learns = run->options->learn;
	if (!status && run->tool->list)
		status = run->tool->list(run->options, &frozen.policy, &trusted, own);
	if (!status && run->options->dry_run && run->options->boot)
		say_files(run->options);
	if (!status) {
		status = place_root();
		if (!status)
			status = lock_with(run, &frozen, &trusted, own);
		else if (run->options->dry_run)
			say_policy(run, &frozen.policy, SETTINGS_GOOD, "");
	}
	free(trusted.cgroups.list);
	free(trusted.units.list);
	free(trusted.names.list);
	free(trusted.beginnings.list);
	free(own);
	return status;
}
