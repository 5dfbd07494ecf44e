// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/preemption.h"
#include "kernel/pseudofs.h"

enum preemption preemption_of(const char *version, const char *modes)
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
 * The mode as the head of a trace has it, where debugfs is denied, perhaps by the suite itself:
 * "(M:desktop VP:0" or "(M:PREEMPT(lazy) VP:0" (kernel/trace/trace.c: print_trace_header). That
 * wants a trace that is not empty, in an instance of its own.
 */
static void read_mode_of_trace(char *mode, size_t size)
{
	int root = pseudofs_mount("tracefs"), dir = -1, fd = -1;
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

enum preemption preemption_find(void)
{
	char modes[64] = "";
	struct utsname u;

	if (uname(&u))
		return PREEMPTION_UNKNOWN;
	/* kernel/sched/debug.c: sched_dynamic_show() puts the mode that is on in parentheses. */
	if (preemption_of(u.version, "") == PREEMPTION_UNKNOWN &&
	    pseudofs_read("debugfs", "sched/preempt", modes, sizeof(modes)))
		read_mode_of_trace(modes, sizeof(modes));
	return preemption_of(u.version, modes);
}
