// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/sched.h>

#include "nslock.h"
#include "abi/decision.h"
#include "kernel/kernel.h"
#include "nslock.hooks.h"
#include "nslock.skel.h"
#include "tool/child.h"
#include "tool/tool.h"
#include "words/msg.h"

static const struct operation_word groups[] = {
	{ "nested", "mnt,net,pid,ipc,uts,cgroup,time" },
	{ 0 },
};

static const struct operation_phrase phrases[] = {
	{ "user", "making a user namespace" },
	{ "user_unprivileged", "the same, without CAP_SYS_ADMIN in the initial one" },
	{ "user_capability", "using a capability that only a user namespace gives" },
	{ "mnt", "making a mount namespace" },
	{ "net", "making a network namespace" },
	{ "pid", "making a pid namespace" },
	{ "ipc", "making an IPC namespace" },
	{ "uts", "making a UTS namespace" },
	{ "cgroup", "making a cgroup namespace" },
	{ "time", "making a time namespace" },
	{ "join", "entering a namespace by setns" },
	{ "reach", "ptrace and the like, by the untrusted on the trusted" },
	{ 0 },
};

static const struct {
	enum nslock_operation number;
	const char *name;
	const char *class;
	int clone;
} operations[] = {
	{ NSLOCK_USER, "user", "user", CLONE_NEWUSER },
	{ NSLOCK_USER_UNPRIVILEGED, "user_unprivileged", "user", CLONE_NEWUSER },
	{ NSLOCK_USER_CAPABILITY, "user_capability", "power", 0 },
	{ NSLOCK_MNT, "mnt", "make", CLONE_NEWNS },
	{ NSLOCK_NET, "net", "make", CLONE_NEWNET },
	{ NSLOCK_PID, "pid", "make", CLONE_NEWPID },
	{ NSLOCK_IPC, "ipc", "make", CLONE_NEWIPC },
	{ NSLOCK_UTS, "uts", "make", CLONE_NEWUTS },
	{ NSLOCK_CGROUP, "cgroup", "make", CLONE_NEWCGROUP },
	{ NSLOCK_TIME, "time", "make", CLONE_NEWTIME },
	{ NSLOCK_JOIN, "join", "enter", 0 },
	{ NSLOCK_REACH, "reach", "process", 0 },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int find_operations(struct operations *ops)
{
	for (size_t i = 0; i < OPERATIONS; i++)
		operations_add(ops, operations[i].number, operations[i].name, operations[i].class);
	operation_set_add(&ops->uncovered, NSLOCK_USER_CAPABILITY);
	return 0;
}

static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	struct nslock_kernel *kernel = own;
	struct utsname name;

	(void)policy;
	(void)root;
	/* As syscall.bpf.h does. */
	if (uname(&name) || (strcmp(name.machine, "x86_64") && strcmp(name.machine, "aarch64") &&
			     strcmp(name.machine, "riscv64"))) {
		msg_error("cannot tell which system call asks: only the registers of x86-64, "
			  "arm64 and riscv64 are known");
		return EX_UNAVAILABLE;
	}
	kernel->userns_create = btf_function(&ops->btf, "bpf_lsm_userns_create") != 0;
	return 0;
}

static int flag_of(unsigned int op)
{
	for (size_t i = 0; i < OPERATIONS; i++)
		if (operations[i].number == op)
			return operations[i].clone;
	return 0;
}

/* It ends with the process. */
static int unshare_it(unsigned int op)
{
	return child_denied(unshare(flag_of(op)));
}

static int try_unshare(unsigned int op)
{
	return child_try(unshare_it, op);
}

static int unshare_unprivileged(unsigned int op)
{
	int err = child_drop(CAP_SYS_ADMIN);

	return err ? 0 : unshare_it(op);
}

static int try_unprivileged(unsigned int op)
{
	return child_try(unshare_unprivileged, op);
}

/* The kernel has another error for it there (kernel/user_namespace.c: unshare_userns). */
static int told(int ret)
{
	return ret ? ret : -ENODATA;
}

static int try_prepare(unsigned int op)
{
	return told(try_unshare(op));
}

static int try_prepare_unprivileged(unsigned int op)
{
	return told(try_unprivileged(op));
}

/* By clone3(2), whose flags are all there. */
static int clone_it(unsigned int op)
{
	struct clone_args args = {
		.flags = (unsigned int)flag_of(op),
		.exit_signal = SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return child_denied(pid);
}

static int try_clone(unsigned int op)
{
	return child_try(clone_it, op);
}

/* The one it is in. */
static int join_it(unsigned int op)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	(void)op;
	return fd < 0 ? 0 : child_denied(setns(fd, CLONE_NEWUTS));
}

static int try_join(unsigned int op)
{
	return child_try(join_it, op);
}

/* A capability that is lost then, by a process that ends. */
static int use_power(unsigned int op)
{
	(void)op;
	if (unshare(CLONE_NEWUSER))
		return errno == EPERM || errno == ENOMEM ? -EPERM : 0;
	return child_denied(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
}

static int try_power(unsigned int op)
{
	return child_try(use_power, op);
}

/*
 * What a link of /proc/@pid says takes what ptrace(2) does (fs/proc/base.c: proc_pid_get_link), and
 * that /proc is the host's in a new pid namespace too.
 */
static int reach(const char *pid)
{
	char path[64], text[8];

	snprintf(path, sizeof(path), "/proc/%.32s/exe", pid);
	return readlink(path, text, sizeof(text)) < 0 && (errno == EACCES || errno == EPERM)
		       ? -EPERM
		       : 0;
}

static int reach_first(unsigned int op)
{
	(void)op;
	return reach("1");
}

static int try_reach(unsigned int op)
{
	return child_try(reach_first, op);
}

static int reach_anybody(unsigned int op)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int ret = -ESRCH;

	(void)op;
	while (proc && ret == -ESRCH && (entry = readdir(proc)))
		if (isdigit((unsigned char)*entry->d_name) && reach(entry->d_name))
			ret = -EPERM;
	return ret;
}

static int try_anybody(unsigned int op)
{
	return child_try(reach_anybody, op);
}

/* The whole of it is not read. */
static int read_first(unsigned int op)
{
	int fd = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);

	(void)op;
	return fd < 0 && (errno == EACCES || errno == EPERM) ? -EPERM : 0;
}

static int try_read(unsigned int op)
{
	return child_try(read_first, op);
}

/*
 * From here on CAP_PERFMON is enough to read what others have in memory (kernel/fork.c:
 * may_access_mm), and ptrace_access_check is not the last word on it.
 */
static bool reads_by_perfmon(const struct policy *policy)
{
	enum policy_verdict verdict = decision(policy, NSLOCK_REACH, false);

	return decision_concerns(policy, NSLOCK_REACH) &&
	       verdict_denies(decision_audit(policy, verdict)) && kernel_is_since(6, 15);
}

#define NESTED(try)                                                                                \
	{ "uts", try }, { "ipc", try }, { "cgroup", try }, { "pid", try }, { "mnt", try },         \
		{ "net", try },                                                                    \
	{                                                                                          \
		"time", try                                                                        \
	}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(create_user_ns), .decides = "user,user_unprivileged", .since = "6.1",
	  .instead = "prepare_creds",
	  .tests = { { "user", try_unshare }, { "user_unprivileged", try_unprivileged } } },
	{ TOOL_HOOK(prepare_creds), .decides = "user,user_unprivileged",
	  .tests = { { "user", try_prepare }, { "user_unprivileged", try_prepare_unprivileged } } },
	{ TOOL_HOOK(task_alloc), .decides = "mnt,net,pid,ipc,uts,cgroup,time",
	  .tests = { NESTED(try_clone) } },
	{ TOOL_HOOK(capable), .decides = "mnt,net,pid,ipc,uts,cgroup,time,join,user_capability",
	  .tests = { NESTED(try_unshare),
		     { "join", try_join },
		     { "user_capability", try_power } } },
	{ TOOL_HOOK(ptrace_access_check), .decides = "reach",
	  .tests = { { "reach", try_reach, .outside = true, .to_trusted = true },
		     { "reach", try_anybody, .outside = true, .to_anybody = true } } },
	{ TOOL_HOOK(file_open), .decides = "reach", .since = "6.15", .needed = reads_by_perfmon,
	  .tests = { { "reach", try_read, .outside = true, .to_trusted = true } } },
	{ TOOL_HOOK(ptrace_traceme), .decides = "reach",
	  .untested = "it takes a process that is trusted and has a parent that is not" },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool nslock = {
	.name = "nslock",
	.object = nslock_bpf__elf_bytes,
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Decide who may make, enter and have power in namespaces, and who may "
			   "reach into trusted processes.",
		.examples = "Examples:\n"
			    "  nslock                              record only (allow)\n"
			    "  nslock -p baseline                  the host only\n"
			    "  nslock -b user_unprivileged         no user namespaces for users\n"
			    "  nslock -p baseline -a nested        in containers all but user,\n"
			    "                                      join and reach\n"
			    "  nslock -p restricted                nobody\n"
			    "  nslock -r                           stop\n",
		.kinds = KEYS_GROUPS,
	},
	.words = { NULL, groups, phrases },
	.reads = true,
	.operations = find_operations,
	.hooks = hooks,
	.own = "nslock_kernel",
	.own_size = sizeof(struct nslock_kernel),
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	return tool_run(&nslock, argc, argv);
}
