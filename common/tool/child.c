// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "abi/policy.h"
#include "kernel/cgroup.h"
#include "tool/child.h"
#include "words/delayed.h"
#include "words/kinds.h"

/* The exit status: an errno number of try(), or this. */
#define NOT_STARTED 127

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return NOT_STARTED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : NOT_STARTED;
}

/* Waits DELAY_SECONDS at most, where the kernel can: false where it still runs. */
static bool ends_soon(pid_t pid)
{
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int ready = 0;

	if (end.fd < 0)
		return true;
	/* By seconds: while both are stopped, one poll(2) passes, but not the next. */
	for (int i = 0; !ready && i < DELAY_SECONDS; i++)
		ready = poll(&end, 1, 1000);
	close(end.fd);
	return ready != 0;
}

/* Where it can't, the counters will show that the process is trusted. */
static void leave_cgroup(void)
{
	int root = cgroup_open_root();
	int fd = root < 0 ? -1 : openat(root, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		dprintf(fd, "0");
		close(fd);
	}
	if (root >= 0)
		close(root);
}

/* A new pid or time namespace is that of the next child. */
static int leave_and_try(const struct child *child)
{
	pid_t pid;

	if (child->leaves_cgroup)
		leave_cgroup();
	if (!child->leaves)
		return -child->try(child->op);
	if (!kinds_clone(child->leaves) || unshare(kinds_clone(child->leaves))) {
		if (prctl(PR_SET_NAME, POLICY_OUTSIDE))
			return NOT_STARTED;
		return -child->try(child->op);
	}
	pid = fork();
	if (pid < 0)
		return NOT_STARTED;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(-child->try(child->op));
	}
	return wait_for(pid);
}

enum child_result child_run(const struct child *child, int *ret)
{
	pid_t pid = fork();
	int status;

	*ret = -errno;
	if (pid < 0)
		return CHILD_NOT_STARTED;
	if (!pid)
		_exit(child->leaves || child->leaves_cgroup ? leave_and_try(child)
							    : -child->try(child->op));
	if (!ends_soon(pid)) {
		kill(pid, SIGKILL);
		wait_for(pid);
		*ret = -ETIMEDOUT;
		return CHILD_DELAYED;
	}
	status = wait_for(pid);
	*ret = -status;
	return status < NOT_STARTED ? CHILD_RAN : CHILD_NOT_STARTED;
}

int child_try(int (*try)(unsigned int op), unsigned int op)
{
	const struct child child = { .try = try, .op = op };
	int ret;

	return child_run(&child, &ret) == CHILD_RAN ? ret : 0;
}

int child_denied(long ret)
{
	return ret < 0 && errno == EPERM ? -EPERM : 0;
}

int child_drop(int cap)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[0].effective &= ~(1U << cap);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}
