// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "kernel/line.h"
#include "kernel/pseudofs.h"

/* The one that is mounted where it usually is, where none can be mounted: -EPERM if there is none.
 */
static int open_mounted(const char *type)
{
	static const struct {
		const char *type, *place;
		long magic;
	} places[] = {
		{ "securityfs", "/sys/kernel/security", SECURITYFS_MAGIC },
		{ "debugfs", "/sys/kernel/debug", DEBUGFS_MAGIC },
		{ "tracefs", "/sys/kernel/tracing", TRACEFS_MAGIC },
		{ "proc", "/proc", PROC_SUPER_MAGIC },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int dir = strcmp(type, places[i].type)
				  ? -1
				  : open(places[i].place, O_PATH | O_DIRECTORY | O_CLOEXEC);
		struct statfs fs;

		if (dir >= 0 && !fstatfs(dir, &fs) && fs.f_type == places[i].magic)
			return dir;
		if (dir >= 0)
			close(dir);
	}
	return -EPERM;
}

static int mount_new(const char *type)
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

int pseudofs_mount(const char *type)
{
	int dir = mount_new(type);

	return dir == -EPERM ? open_mounted(type) : dir;
}

bool pseudofs_can_mount(const char *type)
{
	int dir = mount_new(type);

	if (dir >= 0)
		close(dir);
	return dir >= 0;
}

int pseudofs_read(const char *type, const char *path, char *line, size_t size)
{
	int dir = pseudofs_mount(type), err;

	if (dir < 0)
		return dir;
	err = line_read(dir, path, line, size);
	close(dir);
	return err;
}
