// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "execsnoop.h"
#include "execsnoop.hooks.h"
#include "execsnoop.skel.h"
#include "tool/tool.h"

static const struct operation_phrase phrases[] = {
	{ "exec", "executing a program, by whichever call, or the kernel by itself" },
	{ 0 },
};

/* Nothing is denied, so nothing is a way around. */
static const struct bypass bypasses[] = { { 0 } };

static int find_operations(struct operations *ops)
{
	operations_add(ops, EXECSNOOP_EXEC, "exec", OPERATION_RECORDED);
	return 0;
}

/* This program's own version: it is there, whatever else the machine lacks. */
static int try_exec(unsigned int op)
{
	char *const argv[] = { "execsnoop", "--version", NULL };
	char *const none[] = { NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)op;
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (null >= 0)
			dup2(null, fd);
		else
			close(fd);
	execve("/proc/self/exe", argv, none);
	/* Whatever it is, it is before the tracepoint. */
	return -EPERM;
}

static const struct tool_hook hooks[] = {
	{ .prog = "sched_process_exec",
	  .lsm = LSM_OF_sched_process_exec,
	  .event = "syscall_execve",
	  .decides = "exec",
	  .tests = { { "exec", try_exec } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool execsnoop = {
	.name = "execsnoop",
	.object = execsnoop_bpf__elf_bytes,
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Record what is executed, beside what the other programs deny.",
		.examples = "Examples:\n"
			    "  execsnoop                 all that is executed\n"
			    "  execsnoop --untrusted     only in containers\n"
			    "  execsnoop --arguments     with arguments, which may be secrets\n"
			    "  execsnoop -e              print what is on record\n"
			    "  execsnoop -r              stop\n",
		.kinds = KEYS_RECORDS,
	},
	.words = { .phrases = phrases },
	.operations = find_operations,
	.hooks = hooks,
	.bypasses = bypasses,
};

int main(int argc, char **argv)
{
	return tool_run(&execsnoop, argc, argv);
}
