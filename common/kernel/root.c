// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/initial.h"
#include "kernel/line.h"
#include "kernel/root.h"
#include "kernel/split.h"

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
	root->read_only = split_has(super, "ro");
	return true;
}

int root_find_mount(const char *path, struct root *root)
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
	err = root_find_mount("/proc/1/root/", root);
	if (err)
		return err;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/ro", root->device >> 20,
		 root->device & 0xfffff);
	root->has_device = !line_read(AT_FDCWD, path, text, sizeof(text));
	root->device_read_only = root->has_device && !strcmp(text, "1");
	return 0;
}
