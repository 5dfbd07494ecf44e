// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine uts|cgroup|parent: does what a container engine does: its child is the first process of a
 * new pid namespace, and makes a namespace of this kind before it executes anything. With parent it
 * is a process of a container that makes such a child, of UTS, and gives it the engine for a
 * parent. stub [alone] [mount]: the first process executes nothing at all, as that of
 * systemd-nspawn -a or bwrap; its child does, and writes to its memory, so that it makes a
 * namespace, or mounts; alone: when it has no child any more. Exits as probes do.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int first(int flag)
{
	return unshare(flag) ? errno == EPERM ? 1 : 3 : 0;
}

/* What the stub is told to do by who writes it here. */
static volatile int order;

static int obey(int mounts, int alone)
{
	char address[32];
	int status = 0;
	pid_t pid = fork();

	snprintf(address, sizeof(address), "%p", (void *)&order);
	if (!pid) {
		execl("/proc/self/exe", "engine", "order", address, alone ? "exit" : NULL, NULL);
		_exit(2);
	}
	for (int i = 0; i < 300 && !order; i++) {
		usleep(100000);
		if (!order && waitpid(pid, &status, WNOHANG) == pid)
			return WEXITSTATUS(status);
	}
	if (pid < 0 || !order)
		return 2;
	while (alone && wait(NULL) > 0)
		;
	if (!mounts)
		return first(CLONE_NEWUTS);
	return mount("none", "/mnt", "tmpfs", 0, NULL) ? errno == EPERM ? 1 : 3 : 0;
}

/* The stub's child: it writes to the memory of process 1, and stays. */
static int give_order(const char *address, int stay)
{
	int one = 1;
	struct iovec from = { &one, sizeof(one) };
	struct iovec to = { (void *)strtoul(address, NULL, 16), sizeof(one) };

	if (process_vm_writev(1, &from, 1, &to, 1, 0) != sizeof(one))
		return errno == EPERM ? 1 : 2;
	if (stay)
		pause();
	return 0;
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
	int stub = argc > 1 && !strcmp(argv[1], "stub");
	int mounts = argc > 2 && !strcmp(argv[argc - 1], "mount");
	pid_t pid;
	int status;

	if (argc == 2 && !strcmp(argv[1], "parent"))
		return with_parent();
	if (argc > 2 && !strcmp(argv[1], "order"))
		return give_order(argv[2], argc == 3);
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		_exit(stub ? obey(mounts, argc > 2 && !strcmp(argv[2], "alone")) : first(flag));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
