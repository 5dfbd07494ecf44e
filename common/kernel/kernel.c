// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/types.h>

#include "kernel/kernel.h"
#include "kernel/line.h"
#include "kernel/pseudofs.h"
#include "kernel/split.h"

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
	int err = pseudofs_read("securityfs", "lsm", list, size), asked;

	if (err == -EPERM || err == -EACCES)
		return err;
	if (err) { /* built without securityfs */
		*list = '\0';
		asked = ask_for_bpf_lsm();
		return asked < 0 ? err : asked;
	}
	return split_has(list, "bpf");
}

bool kernel_has_bpf(void)
{
	return syscall(SYS_bpf, -1, NULL, 0) >= 0 || errno != ENOSYS;
}

static enum kernel_lockdown read_lockdown(void)
{
	char text[64];

	if (pseudofs_read("securityfs", "lockdown", text, sizeof(text)) || strstr(text, "[none]"))
		return LOCKDOWN_OFF;
	return strstr(text, "[integrity]") ? LOCKDOWN_INTEGRITY : LOCKDOWN_CONFIDENTIALITY;
}

enum kernel_lockdown kernel_lockdown(void)
{
	static enum kernel_lockdown known; /* a fact: it is only ever raised */

	if (!known)
		known = read_lockdown();
	return known;
}

bool kernel_ftrace_off(void)
{
	char text[16];

	return !line_read(AT_FDCWD, "/proc/sys/kernel/ftrace_enabled", text, sizeof(text)) &&
	       !strcmp(text, "0");
}

bool kernel_told(const char *told)
{
	char line[8192], *rest = line, *word;

	if (pseudofs_read("proc", "cmdline", line, sizeof(line)) < 0)
		return false;
	while ((word = strsep(&rest, " \t\n")))
		if (!strcmp(word, told))
			return true;
	return false;
}

bool kernel_told_off(void)
{
	return kernel_told("bpflock=off");
}

bool kernel_is_since(unsigned int major, unsigned int minor)
{
	unsigned int its_major, its_minor;
	struct utsname name;

	return uname(&name) || sscanf(name.release, "%u.%u", &its_major, &its_minor) != 2 ||
	       its_major > major || (its_major == major && its_minor >= minor);
}
