// SPDX-License-Identifier: GPL-2.0-only
/*
 * grasp FIRST LAST: as root, tries to get hold of each process with a number from FIRST to LAST
 * but those of its own session: ptrace(2), process_vm_writev(2), pidfd_getfd(2), /proc/PID/mem,
 * /proc/PID/fd and a signal. Prints what worked, and succeeds if anything did. Processes are left
 * as they were.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int trace(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return 0;
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, NULL, 0);
	return !ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

/* Where nothing is mapped: that is found after it was allowed. */
static int write_memory(pid_t pid)
{
	char byte = 0;
	struct iovec from = { &byte, 1 }, to = { NULL, 1 };

	return process_vm_writev(pid, &from, 1, &to, 1, 0) < 0 && errno == EFAULT;
}

static int take_descriptor(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0U), fd;

	fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, 0, 0U);
	close(fd);
	close(pidfd);
	return fd >= 0;
}

static int open_in_proc(pid_t pid, const char *name, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, flags | O_CLOEXEC);
	close(fd);
	return fd >= 0;
}

static int open_memory(pid_t pid)
{
	return open_in_proc(pid, "mem", O_RDWR);
}

static int open_descriptors(pid_t pid)
{
	return open_in_proc(pid, "fd", O_RDONLY | O_DIRECTORY);
}

static int stop(pid_t pid)
{
	return !kill(pid, SIGSTOP) && !kill(pid, SIGCONT);
}

static const struct {
	const char *name;
	int (*try)(pid_t pid);
} ways[] = {
	{ "ptrace", trace },
	{ "process_vm_writev", write_memory },
	{ "pidfd_getfd", take_descriptor },
	{ "/proc/PID/mem", open_memory },
	{ "/proc/PID/fd", open_descriptors },
	{ "SIGSTOP", stop },
};

int main(int argc, char **argv)
{
	int worked = 0;

	for (pid_t pid = argc == 3 ? atoi(argv[1]) : 1; argc == 3 && pid <= atoi(argv[2]); pid++) {
		if (getsid(pid) == getsid(0))
			continue;
		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
			if (!ways[i].try(pid))
				continue;
			printf("grasp: %s of %d\n", ways[i].name, pid);
			worked++;
		}
	}
	return argc == 3 ? !worked : 64;
}
