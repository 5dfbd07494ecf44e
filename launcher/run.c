// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "launcher.h"
#include "msg.h"

/* BPFLOCK_PROGRAMS: "kimglock", "..." */
const char *const launcher_programs[] = { BPFLOCK_PROGRAMS };
const size_t launcher_count = sizeof(launcher_programs) / sizeof(launcher_programs[0]);

/* The programs are where the launcher is. */
static void execute(const char *program, const char *const *args)
{
	const char *argv[LAUNCHER_ARGS_MAX + 2] = { program };
	char path[PATH_MAX] = "", *slash;
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - NAME_MAX - 2);
	size_t i = 0;

	slash = length > 0 ? strrchr(path, '/') : NULL;
	if (slash)
		strcpy(slash + 1, program);
	for (; args[i] && i < LAUNCHER_ARGS_MAX; i++)
		argv[i + 1] = args[i];
	argv[i + 1] = NULL;
	execv(path, (char *const *)argv);
	msg_error("cannot run '%s': %s", slash ? path : program, strerror(errno));
	_exit(EX_OSFILE);
}

int launcher_start(size_t i, const char *const *args, int out)
{
	pid_t pid;

	msg_flush();
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid)
		return pid;
	if (out >= 0 && dup2(out, STDOUT_FILENO) < 0)
		_exit(EX_OSERR);
	execute(launcher_programs[i], args);
	_exit(EX_OSERR);
}

int launcher_run(size_t i, const char *const *args, int out)
{
	int pid = launcher_start(i, args, out), status;

	if (pid < 0) {
		msg_error("cannot start '%s': %s", launcher_programs[i], strerror(-pid));
		return EX_OSERR;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR;
}
