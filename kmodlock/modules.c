// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/line.h"
#include "modules.h"

/* The first kmod that lets the kernel decompress. */
#define KMOD_IN_KERNEL 31

bool modules_elsewhere(const struct root *root)
{
	struct root modules;
	struct utsname u;
	char path[160];

	if (uname(&u))
		return false;
	snprintf(path, sizeof(path), "/proc/1/root/lib/modules/%s", u.release);
	return !root_find_mount(path, &modules) && modules.device != root->device;
}

/* What `modprobe --version` says: the release of kmod, 0 for another modprobe. */
static int kmod_release(const char *modprobe)
{
	char text[64] = "";
	int fds[2], release = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return 0;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		execl(modprobe, modprobe, "--version", NULL);
		_exit(127);
	}
	close(fds[1]);
	if (pid > 0 && read(fds[0], text, sizeof(text) - 1) > 0)
		sscanf(text, "kmod version %d", &release);
	close(fds[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return release;
}

bool modules_from_memory(char suffix[8])
{
	static const char *const formats[][2] = { { "xz", "xz" },
						  { "zst", "zstd" },
						  { "gz", "gzip" } };
	char path[160], line[256], modprobe[256] = "/sbin/modprobe", kernel[16] = "";
	struct utsname u;
	const char *end;
	size_t i;

	if (uname(&u))
		return false;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", u.release);
	if (line_read(AT_FDCWD, path, line, sizeof(line)))
		return false;
	end = strstr(line, ".ko.");
	for (i = 0; end && i < 3; i++)
		if (!strncmp(end + 4, formats[i][0], strlen(formats[i][0])))
			break;
	if (!end || i == 3)
		return false;
	snprintf(suffix, 8, "%s", formats[i][0]);
	line_read(AT_FDCWD, "/proc/sys/kernel/modprobe", modprobe, sizeof(modprobe));
	/* kernel/module/decompress.c: what it can decompress. */
	return line_read(AT_FDCWD, "/sys/module/compression", kernel, sizeof(kernel)) ||
	       strcmp(kernel, formats[i][1]) || kmod_release(modprobe) < KMOD_IN_KERNEL;
}
