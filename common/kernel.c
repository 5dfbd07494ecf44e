// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel.h"

static int read_at(int dir, const char *path, char *text, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, text, size - 1);
	if (length < 0)
		err = -errno;
	close(fd);
	if (err)
		return err;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

int kernel_mount(const char *type)
{
	int context = fsopen(type, FSOPEN_CLOEXEC), dir;

	if (context < 0)
		return -errno;
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		dir = -errno;
	else if ((dir = fsmount(context, FSMOUNT_CLOEXEC, 0)) < 0)
		dir = -errno;
	close(context);
	return dir;
}

int kernel_read(const char *type, const char *path, char *text, size_t size)
{
	int dir = kernel_mount(type), err;

	if (dir < 0)
		return dir;
	err = read_at(dir, path, text, size);
	close(dir);
	return err;
}

int kernel_has_bpf_lsm(char *list, size_t size)
{
	int err = kernel_read("securityfs", "lsm", list, size);
	const char *item = list;

	if (err)
		return err;
	while (*item) {
		size_t length = strcspn(item, ",");

		if (length == 3 && !strncmp(item, "bpf", 3))
			return 1;
		item += length + (item[length] == ',');
	}
	return 0;
}

bool kernel_locked_down(void)
{
	char text[64];

	return !kernel_read("securityfs", "lockdown", text, sizeof(text)) &&
	       !strstr(text, "[none]");
}

bool kernel_confidential(void)
{
	char text[64];

	return !kernel_read("securityfs", "lockdown", text, sizeof(text)) &&
	       strstr(text, "[confidentiality]");
}

enum kernel_preemption kernel_preemption(void)
{
	char text[64];
	struct utsname u;

	if (uname(&u))
		return PREEMPTION_UNKNOWN;
	if (strstr(u.version, "PREEMPT_RT"))
		return PREEMPTION_ON;
	if (!strstr(u.version, "PREEMPT"))
		return PREEMPTION_OFF;
	/* kernel/sched/debug.c: sched_dynamic_show() puts the mode that is on in parentheses. */
	if (kernel_read("debugfs", "sched/preempt", text, sizeof(text)))
		return PREEMPTION_UNKNOWN;
	if (strstr(text, "(none)") || strstr(text, "(voluntary)"))
		return PREEMPTION_OFF;
	return PREEMPTION_ON;
}

bool kernel_ftrace_off(void)
{
	char text[16];

	return !read_at(AT_FDCWD, "/proc/sys/kernel/ftrace_enabled", text, sizeof(text)) &&
	       !strcmp(text, "0");
}
