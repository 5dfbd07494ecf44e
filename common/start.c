// SPDX-License-Identifier: GPL-2.0-only
/* From the policy to programs that are seen to run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "decision.h"
#include "digest.h"
#include "ftrace.h"
#include "kernel.h"
#include "msg.h"
#include "prove.h"
#include "records.h"
#include "rlimits.h"
#include "run.h"
#include "shut.h"

#define ENOTSUPP 524 /* include/linux/errno.h: the kernel's own, which it lets out */

bool run_short(int err)
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

/*
 * Tables whose oldest goes keep their number whatever the CPUs do: each CPU takes, and evicts,
 * LOCAL_FREE_TARGET elements at a time (kernel/bpf/bpf_lru_list.c).
 */
#define LRU_PER_CPU 128

static void reserve(struct bpf_map *map, __u32 more)
{
	bpf_map__set_max_entries(map, bpf_map__max_entries(map) + more);
}

/* The rest of what is frozen. */
void run_fill(struct run *run, const struct bpf_object_skeleton *skeleton)
{
	const struct bpf_map *records = bpf_object__find_map_by_name(run->object, RECORDS_DENIED);
	struct timespec now = { 0 };
	struct bpf_map *map;
	int possible = libbpf_num_possible_cpus();
	__u32 cpus = possible > 0 ? (__u32)possible : 1, sets = 1;

	clock_gettime(CLOCK_BOOTTIME, &now);
	run->state->version = STATE_VERSION;
	run->state->value_size = bpf_map__value_size(records);
	while (sets < cpus && sets < COUNTER_SETS_MAX)
		sets *= 2;
	run->state->sets = sets;
	reserve(bpf_object__find_map_by_name(run->object, "counters"), (sets - 1) * OPERATIONS_MAX);
	bpf_object__for_each_map(map, run->object) if (bpf_map__type(map) == BPF_MAP_TYPE_LRU_HASH)
		reserve(map, LRU_PER_CPU * cpus);
	run->state->since = (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
	run->state->build = digest(skeleton->data, skeleton->data_sz);
}

/* Says which program of the suite it was that denied bpf(2); false where it was none. */
bool run_denied(const struct run *run, const char *what)
{
	char program[64];

	if (!shut_by(run->state->since, program, sizeof(program)))
		return false;
	msg_error("cannot %s: bpf(2) is denied to this process by '%s': lift it with '%s --remove'",
		  what, program, program);
	return true;
}

/* Says that it is the limit of locked memory that bpf(2) fails at; false where it is not. */
static bool say_memlock(const struct run *run)
{
	unsigned long long limit;
	bool limited = rlimits_memory(&run->ops.types, &limit);

	if (limited)
		msg_error("cannot load the BPF programs: before Linux 5.11 they count against "
			  "RLIMIT_MEMLOCK, which is %llu KiB and can't be raised; run 'ulimit -l "
			  "unlimited' before, or start it with CAP_SYS_RESOURCE",
			  limit);
	return limited;
}

static void warn_of_ftrace(int err)
{
	msg_warning("cannot keep kernel.ftrace_enabled at 1: %s; who can set it to 0 ends the "
		    "enforcement on some kernels",
		    err == -ENODEV ? "the root of cgroup2 is not seen from here" : strerror(-err));
}

int run_load(struct run *run)
{
	struct pin_link guard = { 0 };
	int err = load_reuse(run->object, run->tool->name), unguarded = 0;

	run->state->confidential = !load_may_read();
	/* Before what it is to keep attached; who denies nothing denies no sysctl. */
	if (!err && policy_denies(&run->state->policy))
		unguarded = ftrace_attach(&guard);
	if (run_short(unguarded))
		err = unguarded;
	if (!err)
		err = load_attach(run->object, &run->ops.types, run->state->attachment,
				  &run->cgroups, &run->load);
	if (!err && unguarded)
		warn_of_ftrace(unguarded);
	if (!err && guard.link)
		run->load.links[run->load.count++] = guard;
	if (!err)
		return 0;
	bpf_link__destroy(guard.link);
	/* libbpf takes it for a kernel that lacks something. */
	if (rlimits_files())
		err = -EMFILE;
	/* Without BTF, which was denied, the verifier has another objection. */
	if ((err == -EPERM || (!run->load.failed && !run_short(err))) &&
	    run_denied(run, "load the BPF programs"))
		return EX_NOPERM;
	if (err == -EPERM && say_memlock(run))
		return EX_NOPERM;
	if (err == -EBADE)
		msg_error("cannot load the BPF programs: somebody changed their constants "
			  "meanwhile; lock with bpf(2) shut to containers");
	else if (err == -EPERM)
		msg_error("cannot load the BPF programs: bpf(2) is denied to this process; root "
			  "outside containers may, with CAP_BPF and CAP_SYS_ADMIN");
	else if (err == -EINVAL && !run->load.failed &&
		 kernel_lockdown() == LOCKDOWN_CONFIDENTIALITY)
		msg_error("cannot load the BPF programs: the kernel's own lockdown forbids them to "
			  "read kernel memory, which they need%s; boot with 'lockdown=integrity'%s",
			  run->tool->reads ? "" : " before Linux 5.11",
			  run->tool->reads ? "" : " or a newer kernel");
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
			  run_short(err) ? "" : "; --verbose shows what the kernel says");
	return err == -EPERM ? EX_NOPERM : run_short(err) ? EX_OSERR : EX_UNAVAILABLE;
}

int run_prove(struct run *run, bool pinned)
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
