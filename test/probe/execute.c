// SPDX-License-Identifier: GPL-2.0-only
/*
 * execute HOW FILE [ARGUMENT...]: executes FILE by HOW, of which "thread" is by another thread than
 * the first, and "storm N" by N processes one after the other, each with its number as the last
 * argument. Exits as probes do where that fails, else as FILE does.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char **given;

static int open_path(const char *file)
{
	return open(file, O_PATH);
}

static void *execute(void *unused)
{
	execv(given[0], given);
	_exit(3);
	return unused;
}

static void by_thread(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, execute, NULL))
		for (;;)
			pause();
}

static int storm(long times, char **argv)
{
	char number[24], *args[] = { argv[0], number, NULL };

	for (long i = 1; i <= times; i++) {
		int status;
		pid_t pid;

		snprintf(number, sizeof(number), "%ld", i);
		if (posix_spawn(&pid, args[0], NULL, NULL, args, NULL))
			return 2;
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) == 127)
			return 2;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	given = argv + 2;
	if (!strcmp(argv[1], "path"))
		execv(given[0], given);
	else if (!strcmp(argv[1], "at"))
		syscall(SYS_execveat, open_path("/"), given[0] + 1, given, environ, 0);
	else if (!strcmp(argv[1], "fd"))
		syscall(SYS_execveat, open_path(given[0]), "", given, environ, AT_EMPTY_PATH);
	else if (!strcmp(argv[1], "fexecve"))
		fexecve(open(given[0], O_RDONLY), given, environ);
	else if (!strcmp(argv[1], "nothing"))
		syscall(SYS_execve, given[0], NULL, NULL);
	else if (!strcmp(argv[1], "thread"))
		by_thread();
	else if (!strcmp(argv[1], "storm") && argc > 3)
		return storm(atol(argv[2]), argv + 3);
	else
		return 2;
	return errno == EPERM ? 1 : 3;
}
