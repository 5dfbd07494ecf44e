/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations that the suite denies, each harmless where it is allowed. */
#ifndef DOORS_H
#define DOORS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

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

/* With nothing in it, which is invalid. */
static int create_map(void)
{
	union bpf_attr attr = { 0 };

	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) ? errno : 0;
}

static const struct {
	const char *program;
	int (*try)(void); /* an errno */
} doors[] = {
	{ "kimglock", open_mem },	   { "kmodlock", unload },
	{ "filelesslock", execute_memfd }, { "filelesslock (shm)", execute_shm },
	{ "bpfrestrict", create_map },
};

#define DOORS (sizeof(doors) / sizeof(doors[0]))

/* Those that are shut to the calling process: a bit for each. */
static unsigned int doors_shut(void)
{
	unsigned int shut = 0;

	for (unsigned int i = 0; i < DOORS; i++)
		shut |= (unsigned int)(doors[i].try() == EPERM) << i;
	return shut;
}

#endif
