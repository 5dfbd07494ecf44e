// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "kernel/memfd.h"
#include "launcher.h"
#include "words/msg.h"

/* BPFLOCK_PROGRAMS: "kimglock", "..." */
const char *const launcher_programs[] = { BPFLOCK_PROGRAMS };
const size_t launcher_count = sizeof(launcher_programs) / sizeof(launcher_programs[0]);
_Static_assert(sizeof(launcher_programs) / sizeof(launcher_programs[0]) <= LAUNCHER_PROGRAMS_MAX,
	       "there is room for what is kept of each");

/* BPFLOCK_RECORDERS, the same of those that deny nothing. */
static const char *const recorders[] = { BPFLOCK_RECORDERS };

bool launcher_records(size_t i)
{
	for (size_t r = 0; r < sizeof(recorders) / sizeof(recorders[0]); r++)
		if (!strcmp(recorders[r], launcher_programs[i]))
			return true;
	return false;
}

/* BPFLOCK_APART, the same of those whose profile is their own affair. */
static const char *const apart[] = { BPFLOCK_APART NULL };

bool launcher_is_profiled(size_t i)
{
	for (size_t a = 0; apart[a]; a++)
		if (!strcmp(apart[a], launcher_programs[i]))
			return false;
	return !launcher_records(i);
}

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
	msg_error("cannot run '%s': %s%s", slash ? path : program, strerror(errno),
		  slash ? "" : "; mount /proc, by which it is found");
	_exit(EX_OSFILE);
}

int launcher_start(size_t i, const char *const *args, int out)
{
	sigset_t signals;
	pid_t pid;

	msg_flush();
	pid = fork();
	if (pid < 0)
		msg_error("cannot start '%s': %s", launcher_programs[i], strerror(errno));
	if (pid)
		return pid;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	if (out >= 0 && dup2(out, STDOUT_FILENO) < 0)
		_exit(EX_OSERR);
	execute(launcher_programs[i], args);
	_exit(EX_OSERR);
}

int launcher_run(size_t i, const char *const *args, int out)
{
	int pid = launcher_start(i, args, out), status;

	if (pid < 0)
		return EX_OSERR;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR;
}

/* All that is in @fd, which is closed, and ends in 0; the caller frees. NULL: it can't be read. */
static char *read_all(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : malloc((size_t)size + 1);
	ssize_t length = 1;
	off_t at = 0;

	while (text && at < size && length > 0) {
		length = pread(fd, text + at, (size_t)(size - at), at);
		at += length > 0 ? length : 0;
	}
	close(fd);
	if (text)
		text[at] = '\0';
	return text;
}

char *launcher_read(size_t i, const char *const *args, int *status)
{
	int out = memfd_make(launcher_programs[i]);
	char *text;

	*status = EX_OSERR;
	if (out < 0)
		return NULL;
	*status = launcher_run(i, args, out);
	text = read_all(out);
	/* Said nothing is another thing. */
	if (!text && !*status)
		*status = EX_OSERR;
	return text;
}
