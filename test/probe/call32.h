/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROBE_CALL32_H
#define PROBE_CALL32_H

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * On arm64 a 32-bit system call takes a 32-bit process: makes that of @words, a number and
 * arguments, by arm32/call32.c, and sets errno as the call does.
 */
static inline long call32_arm(char *words)
{
	char *argv[8] = { "call32" };
	int status, argc = 1;
	pid_t pid;

	for (char *word = strtok(words, " "); word && argc < 7; word = strtok(NULL, " "))
		argv[argc++] = word;
	pid = fork();
	if (!pid) {
		execv("/bin/call32", argv);
		_exit(ENOSYS);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
	return errno ? -1 : 0;
}

#endif
