// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "root.h"

/* The first kmod that lets the kernel decompress. */
#define KMOD_IN_KERNEL 31

static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool got = file && fgets(line, (int)size, file);

	if (got)
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	return got;
}

static bool is_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(list, word, length) && (list[length] == ',' || list[length] == '\0');
}

/* A line of mountinfo: ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [OPTIONAL...] - TYPE SOURCE SUPER
 */
static bool parse_mount(const char *line, uint64_t id, struct root *root)
{
	const char *rest = strstr(line, " - ");
	unsigned int major, minor;
	unsigned long long number;
	char super[8];

	if (!rest || sscanf(line, "%llu %*u %u:%u", &number, &major, &minor) != 3 || number != id ||
	    sscanf(rest, " - %31s %*s %7s", root->type, super) != 2)
		return false;
	root->device = major << 20 | minor;
	root->read_only = is_word(super, "ro") || !strncmp(super, "ro,", 3);
	return true;
}

/* The mount that @path, below /proc/1/root, is on. */
static int find_mount(const char *path, struct root *root)
{
	struct statx at;
	FILE *file;
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (statx(AT_FDCWD, path, 0, STATX_MNT_ID, &at))
		return -errno;
	file = fopen("/proc/1/mountinfo", "re");
	if (!file)
		return -errno;
	while (!found && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		found = parse_mount(line, at.stx_mnt_id, root);
	}
	free(line);
	fclose(file);
	return found ? 0 : -ENOENT;
}

int root_find(struct root *root)
{
	char text[64], path[64];
	ssize_t length;
	struct stat st;
	int err;

	*root = (struct root){ 0 };
	if (stat("/proc/self/ns/pid", &st) || st.st_ino != HOST_PID_NAMESPACE)
		return -ESRCH;
	length = readlink("/proc/self", text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	if (atoi(text) != getpid())
		return -ESRCH;
	err = find_mount("/proc/1/root/", root);
	if (err)
		return err;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/ro", root->device >> 20,
		 root->device & 0xfffff);
	root->has_device = read_line(path, text, sizeof(text));
	root->device_read_only = root->has_device && !strcmp(text, "1");
	return 0;
}

bool root_modules_elsewhere(const struct root *root)
{
	struct root modules;
	struct utsname u;
	char path[160];

	if (uname(&u))
		return false;
	snprintf(path, sizeof(path), "/proc/1/root/lib/modules/%s", u.release);
	return !find_mount(path, &modules) && modules.device != root->device;
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

bool root_modules_from_memory(char suffix[8])
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
	if (!read_line(path, line, sizeof(line)))
		return false;
	end = strstr(line, ".ko.");
	for (i = 0; end && i < 3; i++)
		if (!strncmp(end + 4, formats[i][0], strlen(formats[i][0])))
			break;
	if (!end || i == 3)
		return false;
	snprintf(suffix, 8, "%s", formats[i][0]);
	read_line("/proc/sys/kernel/modprobe", modprobe, sizeof(modprobe));
	/* kernel/module/decompress.c: what it can decompress. */
	return !read_line("/sys/module/compression", kernel, sizeof(kernel)) ||
	       strcmp(kernel, formats[i][1]) || kmod_release(modprobe) < KMOD_IN_KERNEL;
}
