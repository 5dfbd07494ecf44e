/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations that the suite denies, each harmless where it is allowed. */
#ifndef DOORS_H
#define DOORS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/netlink.h>

static int open_mem(void)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "nonexistent", O_NONBLOCK) ? errno : 0;
}

static int execute_memfd(void)
{
	char *none[] = { NULL };
	int fd = (int)syscall(SYS_memfd_create, "disturb", 0U);

	syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
	close(fd);
	return errno;
}

/* An empty file, which is no program; one for each process, for it must not be open for writing. */
static int execute_shm(void)
{
	char *none[] = { NULL }, path[64];

	snprintf(path, sizeof(path), "/dev/shm/door-%d", getpid());
	close(open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0700));
	execve(path, none, none);
	return errno;
}

/* Of a type that netlink does not make, so that nothing is made. */
static int make_socket(void)
{
	return socket(AF_NETLINK, SOCK_STREAM, NETLINK_XFRM) < 0 ? errno : 0;
}

/* With nothing in it, which is invalid. */
static int create_map(void)
{
	union bpf_attr attr = { 0 };

	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) ? errno : 0;
}

/* By a child: the first process of a container may be allowed what the container is not. */
static int by_child(int (*try)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(try());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return ECHILD;
	return WEXITSTATUS(status);
}

static int clone_uts(void)
{
	pid_t made = (pid_t)syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
	int err = errno;

	if (!made)
		_exit(0);
	if (made > 0)
		waitpid(made, NULL, 0);
	return made < 0 ? err : 0;
}

static int make_uts(void)
{
	return by_child(clone_uts);
}

/* All of a mount, which is looked for nowhere else than at the root. */
static int mark_mount(void)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
	int err =
		fd < 0 || fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, "/")
			? errno
			: 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static int watch_mount(void)
{
	return by_child(mark_mount);
}

/* Of no program, to no cgroup: wherever the pins are. */
static int attach_sysctl(void)
{
	union bpf_attr attr = { .attach_type = BPF_CGROUP_SYSCTL };

	return syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)) ? errno : 0;
}

static const struct {
	const char *program;
	int (*try)(void); /* an errno */
} doors[] = {
	{ "kimglock", open_mem },	   { "kmodlock", unload },
	{ "filelesslock", execute_memfd }, { "filelesslock (shm)", execute_shm },
	{ "socketlock", make_socket },	   { "nslock", make_uts },
	{ "fslock", watch_mount },	   { "pinlock", attach_sysctl },
	{ "bpfrestrict", create_map },
};

#define DOORS (sizeof(doors) / sizeof(doors[0]))

/* Those that are shut to the calling process: a bit for each. */
static inline unsigned int doors_shut(void)
{
	unsigned int shut = 0;

	for (unsigned int i = 0; i < DOORS; i++)
		shut |= (unsigned int)(doors[i].try() == EPERM) << i;
	return shut;
}

#endif
