/* SPDX-License-Identifier: GPL-2.0-only */
/* A program of the suite as data. */
#ifndef BPFLOCK_TOOL_H
#define BPFLOCK_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/trusted.h"
#include "options/options.h"
#include "records/events.h"
#include "words/bypass.h"
#include "words/operations.h"

#define TOOL_TESTS_MAX 12

/*
 * A harmless way to have a hook decide an operation, tried in a child process. All members but @try
 * can be left out.
 */
struct tool_test {
	/* What is decided. NULL: any operation of the hook that no other test is for. */
	const char *operation;
	/*
	 * Does @op and returns 0 where the kernel allowed it or failed it for another reason than a
	 * denial, -EPERM where it was denied, -ENODATA where the caller isn't told and the counters
	 * have to do, -ESRCH where there is nothing to try it on. Leaves the machine as it was.
	 */
	int (*try)(unsigned int op);
	/* Only has the kernel ask, on most kernels: used instead where nothing is to be denied. */
	int (*ask)(unsigned int op);
	/* Only who is not trusted does it: without such a process it can't be tried. */
	bool outside;
	/* It is done to the first process of the machine, which is trusted for its namespaces. */
	bool to_trusted;
	/*
	 * Where nobody is trusted for these it is done to whoever may be trusted, and denied: @try
	 * returns -ESRCH where that is nobody.
	 */
	bool to_anybody;
	/* The operation that a policy with an origin denies it as, done as it is from elsewhere. */
	const char *origin;
	/* It leaves the machine as it was where it is denied alone. */
	bool if_denied;
	/* Only in the host's mount namespace, where who does it is trusted if these count. */
	bool in_host_mounts;
	/* It is this operation at once, so that an exception of either allows it. */
	const char *with;
};

/*
 * A hook: a row for each BPF program of the object that is attached to one. Begins with
 * TOOL_HOOK(), which has the names from the object itself.
 */
struct tool_hook {
	const char *prog;  /* the BPF program; as fmod_ret it is attached to sections_target() */
	const char *lsm;   /* the LSM hook that it is attached to, or cgroup/NAME */
	const char *event; /* of the records of what it decides */
	/* The operations that it decides, comma-separated; NULL: those that no other row names. */
	const char *decides;
	/* The first kernel that has it, or any need of it; NULL: all that the suite runs on. */
	const char *since;
	/*
	 * What does its work on a kernel that has not got it, the BPF program of a row that is for
	 * that alone, or words; NULL: there it can't be done.
	 */
	const char *instead;
	/* Whether @policy has any need of it; NULL: always. */
	bool (*needed)(const struct policy *policy);
	/* The kernel's own lockdown answers before it: where that is on it can't be tested. */
	bool after_lockdown;
	struct tool_test tests[TOOL_TESTS_MAX];
	/* Why it has no test. */
	const char *untested;
};

/* LSM_OF_* and TOOL_HOOKS are in PROGRAM.hooks.h, which is made from the BPF object. */
#define TOOL_HOOK(name) .prog = #name, .lsm = LSM_OF_##name, .event = "lsm_" #name

/* Ends a table of hooks: one without a row, or a row without a hook, does not compile. */
#define TOOL_HOOKS_END(hooks)                                                                      \
	_Static_assert(sizeof(hooks) / sizeof((hooks)[0]) == TOOL_HOOKS + 1,                       \
		       "each hook of the BPF object has a row")

/* All that is known of a program. Tables end in a row of zeros. */
struct tool {
	const char *name;
	/* The BPF object, by its skeleton. */
	const void *(*object)(size_t *size);
	enum policy_profile profile; /* where none is given */
	struct options_help help;
	struct operation_words words;
	const struct tool_hook *hooks;
	const struct bypass *bypasses;
	/* Words for what a record was done to; NULL: it is a file, or has a name. */
	events_subject subject;
	/* Decides by what lockdown's confidentiality forbids BPF programs to read. */
	bool reads;
	/* Finds the operations of the running kernel, whose BTF is there: 0 or a negative errno. */
	int (*operations)(struct operations *ops);
	/* What the program has frozen of its own: a constant of the BPF object, and its size. */
	const char *own;
	size_t own_size;
	/*
	 * Makes the names of @to, or a list in @own, which is zeros yet, and what @policy tells of
	 * them, of what @options have for this program alone; the caller frees the names. NULL:
	 * nothing. Returns 0, or an exit status after having said why.
	 */
	int (*list)(const struct options *options, struct policy *policy, struct trusted *to,
		    void *own);
	/* Prints what such a list would be, instead of settings: an exit status, after having said
	 * why it is not 0. */
	int (*suggest)(void);
	/*
	 * Says what @policy will break, or why it can't be had here. Fills in @own, zeros of
	 * own_size, and where it matters the @root filesystem. NULL: nothing to do. Returns 0, or
	 * an exit status after having said why.
	 */
	int (*prepare)(const struct policy *policy, const struct operations *ops, __u32 *root,
		       void *own);
	/*
	 * The same of what is known only once the folder of the pins is there and bpf(2) can be
	 * used: after prepare(), under the lock.
	 */
	int (*settle)(const struct options *options, const struct frozen *frozen,
		      const struct operations *ops, void *own);
	/*
	 * Whether what is frozen can't be taken back until the machine reboots; NULL: never. It is
	 * attached once more then, by the BPF object of @seal, which has the same constant @own:
	 * where the kernel can, and else lasts by its pins.
	 */
	bool (*seals)(const struct frozen *frozen);
	const void *(*seal)(size_t *size);
};

/*
 * main() of a program: does what the command line asks for. Returns an exit status after having
 * said what happened.
 */
int tool_run(const struct tool *tool, int argc, char **argv);

#endif
