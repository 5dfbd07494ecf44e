// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/types.h>

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

/* Linux 6.8, include/uapi/linux/lsm.h; the number is the same on each machine. */
#define SYS_LSM_LIST_MODULES 461
#define LSM_ID_BPF 110

/* 1, 0, or a negative errno. */
static int ask_for_bpf_lsm(void)
{
	__u64 ids[64];
	__u32 size = sizeof(ids);
	long count = syscall(SYS_LSM_LIST_MODULES, ids, &size, 0);

	if (count < 0)
		return -errno;
	while (count-- > 0)
		if (ids[count] == LSM_ID_BPF)
			return 1;
	return 0;
}

int kernel_has_bpf_lsm(char *list, size_t size)
{
	int err = kernel_read("securityfs", "lsm", list, size), asked;
	const char *item = list;

	if (err == -EPERM || err == -EACCES)
		return err;
	if (err) { /* built without securityfs */
		*list = '\0';
		asked = ask_for_bpf_lsm();
		return asked < 0 ? err : asked;
	}
	while (*item) {
		size_t length = strcspn(item, ",");

		if (length == 3 && !strncmp(item, "bpf", 3))
			return 1;
		item += length + (item[length] == ',');
	}
	return 0;
}

bool kernel_has_bpf(void)
{
	return syscall(SYS_bpf, -1, NULL, 0) >= 0 || errno != ENOSYS;
}

enum kernel_lockdown kernel_lockdown(void)
{
	char text[64];

	if (kernel_read("securityfs", "lockdown", text, sizeof(text)) || strstr(text, "[none]"))
		return LOCKDOWN_OFF;
	return strstr(text, "[integrity]") ? LOCKDOWN_INTEGRITY : LOCKDOWN_CONFIDENTIALITY;
}

enum kernel_preemption kernel_preemption_of(const char *version, const char *modes)
{
	const char *mode = strchr(modes, '(');

	/* init/Makefile: preempt-flag; before Linux 6.1 scripts/mkcompile_h. */
	if (!strstr(version, "PREEMPT"))
		return PREEMPTION_OFF;
	if (strstr(version, "PREEMPT_RT"))
		return PREEMPTION_ON;
	if (!*modes) /* the mode was chosen at build time, or can't be read */
		return strstr(version, "PREEMPT_DYNAMIC") ? PREEMPTION_UNKNOWN : PREEMPTION_ON;
	if (mode && (!strncmp(mode, "(none)", 6) || !strncmp(mode, "(voluntary)", 11)))
		return PREEMPTION_OFF;
	if (!strcmp(modes, "server") || !strcmp(modes, "desktop"))
		return PREEMPTION_OFF;
	return PREEMPTION_ON;
}

static int write_at(int dir, const char *path, const char *text)
{
	int fd = openat(dir, path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/*
 * The mode as the head of a trace has it, where debugfs is denied, perhaps by the suite itself: "#
 * latency:
 * ... (M:desktop VP:0, ...", "(M:PREEMPT(lazy) VP:0" (kernel/trace/trace.c: print_trace_header),
 * which wants a trace that is not empty, in an instance of its own.
 */
static void read_mode_of_trace(char *mode, size_t size)
{
	int root = kernel_mount("tracefs"), dir = -1, fd = -1;
	char name[64], text[1024], *from, *to;
	ssize_t length = 0;

	*mode = '\0';
	if (root < 0)
		return;
	snprintf(name, sizeof(name), "instances/%s.%d", program_invocation_short_name, getpid());
	if (!mkdirat(root, name, 0700))
		dir = openat(root, name, O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && !write_at(dir, "options/latency-format", "1") &&
	    !write_at(dir, "trace_marker", "\n"))
		fd = openat(dir, "trace", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[length > 0 ? length : 0] = '\0';
	from = strstr(text, "(M:");
	to = from ? strstr(from, " VP:") : NULL;
	if (to)
		snprintf(mode, size, "%.*s", (int)(to - from - 3), from + 3);
	if (dir >= 0) {
		close(dir);
		unlinkat(root, name, AT_REMOVEDIR);
	}
	close(root);
}

enum kernel_preemption kernel_preemption(void)
{
	char modes[64] = "";
	struct utsname u;

	if (uname(&u))
		return PREEMPTION_UNKNOWN;
	/* kernel/sched/debug.c: sched_dynamic_show() puts the mode that is on in parentheses. */
	if (kernel_preemption_of(u.version, "") == PREEMPTION_UNKNOWN &&
	    kernel_read("debugfs", "sched/preempt", modes, sizeof(modes)))
		read_mode_of_trace(modes, sizeof(modes));
	return kernel_preemption_of(u.version, modes);
}

bool kernel_ftrace_off(void)
{
	char text[16];

	return !read_at(AT_FDCWD, "/proc/sys/kernel/ftrace_enabled", text, sizeof(text)) &&
	       !strcmp(text, "0");
}

bool kernel_told_off(void)
{
	char line[8192], *rest = line, *word;

	if (kernel_read("proc", "cmdline", line, sizeof(line)) < 0)
		return false;
	while ((word = strsep(&rest, " \t\n")))
		if (!strcmp(word, "bpflock=off"))
			return true;
	return false;
}
