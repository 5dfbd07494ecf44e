// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine uts|cgroup|parent: does what a container engine does: its child is the first process of a
 * new pid namespace, and makes a namespace of this kind before it executes anything. With parent it
 * is a process of a container that makes such a child, of UTS, and gives it the engine for a
 * parent. Exits as probes do.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int first(int flag)
{
	return unshare(flag) ? errno == EPERM ? 1 : 3 : 0;
}

/* Children of this one: the container's first, another, and what that makes. */
static int with_parent(void)
{
	int status, ret = 2;
	pid_t init, other, pid;

	if (unshare(CLONE_NEWPID))
		return 2;
	init = fork();
	if (!init)
		pause();
	other = fork();
	if (!other) {
		pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (!pid)
			_exit(first(CLONE_NEWUTS));
		_exit(pid < 0 ? 2 : 0);
	}
	for (int i = 0; i < 2; i++) {
		pid = wait(&status);
		if (pid == other && WEXITSTATUS(status))
			break;
		if (pid != other && WIFEXITED(status))
			ret = WEXITSTATUS(status);
	}
	kill(init, SIGKILL);
	return ret;
}

int main(int argc, char **argv)
{
	int flag = argc == 2 && !strcmp(argv[1], "cgroup") ? CLONE_NEWCGROUP : CLONE_NEWUTS;
	pid_t pid;
	int status;

	if (argc == 2 && !strcmp(argv[1], "parent"))
		return with_parent();
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		_exit(first(flag));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
