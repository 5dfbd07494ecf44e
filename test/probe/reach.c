// SPDX-License-Identifier: GPL-2.0-only
/*
 * reach WAY PID: does something with another process that takes what ptrace(2) does. WAYS:
 *   mem environ root cwd exe fd maps ns/KIND ...   open or follow /proc/PID/WAY
 *   stat                      where its stack is, in /proc/PID/stat, which all can read
 *   thread uring              environ of /proc/PID/task/PID, environ by io_uring
 *   ptrace seize kcmp robust readv pidfd_getfd pidfd_ns setns
 *   peerpidfd   a pidfd of who listens at /tmp/socket, and a descriptor of it; without PID
 *   traceme     its child, with PID for a group, asks it to trace
 * PID 0: the child that it makes for that. Exits as probes do: 0 allowed, 1 denied, 2 not tried, 3
 * something else refused it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

/* include/uapi/linux/pidfd.h, since Linux 6.11 */
#define PIDFD_GET_UTS _IO(0xFF, 10)

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static int end(long ret)
{
	int error = errno;

	if (ret >= 0)
		return 0;
	fprintf(stderr, "reach: %s\n", strerror(error));
	return error == EPERM || error == EACCES ? 1 : error == ENOSYS || error == ENOTTY ? 2 : 3;
}

/* The kernel asks when it is listed. */
static int by_folder(pid_t pid)
{
	char path[64];
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/map_files", pid);
	folder = opendir(path);
	if (!folder)
		return end(-1);
	errno = 0;
	while (readdir(folder))
		;
	return errno ? end(-1) : 0;
}

/* Its 28th field: 0 for who may not know. */
static int by_stat(pid_t pid)
{
	char path[64], text[1024] = "", *field;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 2;
	field = strrchr(text, ')'); /* ends the second */
	for (int i = 2; field && i < 28; i++)
		field = strchr(field + 1, ' ');
	if (!field)
		return 2;
	return strncmp(field, " 0 ", 3) ? 0 : 1;
}

static int by_ring(pid_t pid)
{
	char path[64];
	const struct io_uring_sqe request = { .opcode = IORING_OP_OPENAT,
					      .flags = IOSQE_ASYNC,
					      .fd = AT_FDCWD,
					      .addr = (unsigned long)path,
					      .open_flags = O_RDONLY | O_CLOEXEC };
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	ret = ring_request(&request, 0);
	if (ret == -ENOSYS)
		return 2;
	errno = -ret;
	return end(ret);
}

/* A file is opened for reading, a link is followed. */
static int by_proc(const char *file, pid_t pid)
{
	char path[64], text[256];
	int fd;

	/* The folder opens for all: it is asked of what is in it. */
	if (!strcmp(file, "fd")) {
		snprintf(path, sizeof(path), "/proc/%d/fd/0", pid);
		return end(readlink(path, text, sizeof(text)));
	}
	if (!strcmp(file, "map_files"))
		return by_folder(pid);
	if (!strcmp(file, "stat"))
		return by_stat(pid);
	if (!strcmp(file, "uring"))
		return by_ring(pid);
	if (!strcmp(file, "thread"))
		snprintf(path, sizeof(path), "/proc/%d/task/%d/environ", pid, pid);
	else
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return end(-1);
	/* The check may come with the first read (fs/proc/base.c). */
	if (strstr(path, "environ"))
		return end(read(fd, text, sizeof(text)));
	return 0;
}

static int by_pidfd(int pidfd)
{
	return end(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}

static int by_peer(void)
{
	struct sockaddr_un address = { AF_UNIX, "/tmp/socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), pidfd;
	socklen_t size = sizeof(pidfd);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return 2;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size))
		return 2;
	return by_pidfd(pidfd);
}

static int by_call(const char *way, pid_t pid)
{
	static char here[16];
	struct iovec local = { here, sizeof(here) }, remote = { here, sizeof(here) };
	void *head;
	size_t size;

	if (!strcmp(way, "ptrace") || !strcmp(way, "seize")) {
		int ret = end(ptrace(*way == 'p' ? PTRACE_ATTACH : PTRACE_SEIZE, pid, 0, 0));

		if (!ret && *way == 'p') {
			waitpid(pid, NULL, __WALL);
			ptrace(PTRACE_DETACH, pid, 0, 0);
		}
		return ret;
	}
	if (!strcmp(way, "kcmp"))
		return end(syscall(SYS_kcmp, getpid(), pid, 1 /* KCMP_VM */, 0, 0));
	if (!strcmp(way, "robust"))
		return end(syscall(SYS_get_robust_list, pid, &head, &size));
	if (!strcmp(way, "pidfd_ns"))
		return end(ioctl((int)syscall(SYS_pidfd_open, pid, 0), PIDFD_GET_UTS, 0));
	if (!strcmp(way, "readv")) {
		/* EFAULT: it was let in, and there is nothing. */
		ssize_t ret = process_vm_readv(pid, &local, 1, &remote, 1, 0);

		return ret < 0 && errno == EFAULT ? 0 : end(ret);
	}
	if (!strcmp(way, "pidfd_getfd"))
		return by_pidfd((int)syscall(SYS_pidfd_open, pid, 0));
	if (!strcmp(way, "setns"))
		return end(setns((int)syscall(SYS_pidfd_open, pid, 0), CLONE_NEWUTS));
	return by_proc(way, pid);
}

static int by_traceme(gid_t gid)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(setgid(gid) ? 2 : end(ptrace(PTRACE_TRACEME, 0, 0, 0)));
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

int main(int argc, char **argv)
{
	pid_t pid, child = 0;
	int ret;

	if (argc == 2 && !strcmp(argv[1], "peerpidfd"))
		return by_peer();
	if (argc != 3)
		return 64;
	pid = (pid_t)atoi(argv[2]);
	if (!strcmp(argv[1], "traceme"))
		return by_traceme((gid_t)pid);
	if (!pid) {
		pid = child = fork();
		if (!child)
			pause();
	}
	ret = by_call(argv[1], pid);
	if (child > 0)
		kill(child, SIGKILL);
	return ret;
}
