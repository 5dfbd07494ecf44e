// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tool/child.h"
#include "try.h"

/* In libc-dev of 2021 and later; the number is the same on all machines. */
#define NR_MOUNT_SETATTR 442
#define MOUNT_ATTR_SIZE 32

/* Who is in a user namespace the kernel may refuse before it asks, by the mode of a file too. */
static int refused(long ret)
{
	return ret < 0 && (errno == EPERM || errno == EACCES) ? -EPERM : 0;
}

/* try_NAME(), which has a child do it. */
#define TRY(name, it)                                                                              \
	int try_##name(unsigned int op)                                                            \
	{                                                                                          \
		return child_try(it, op);                                                          \
	}

static int closed(int fd)
{
	int err = refused(fd);

	if (fd >= 0)
		close(fd);
	return err;
}

/* Refused after it was asked about: only one kind of propagation can be given. */
static int mount_it(unsigned int op)
{
	(void)op;
	return refused(mount("none", "/", NULL, MS_SHARED | MS_PRIVATE, NULL));
}

TRY(mount, mount_it)

/* A tmpfs that nobody else sees, gone with its last descriptor: its context, or -1. */
static int create(const char *flag)
{
	int context = fsopen("tmpfs", FSOPEN_CLOEXEC), err;

	if (context < 0)
		return -1;
	if ((flag && fsconfig(context, FSCONFIG_SET_FLAG, flag, NULL, 0)) ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) {
		err = errno;
		close(context);
		errno = err;
		return -1;
	}
	return context;
}

static int create_it(unsigned int op)
{
	(void)op;
	return closed(create(NULL));
}

TRY(create, create_it)

static int write_it(unsigned int op)
{
	int context = create("ro"), mount, ret = 0;

	(void)op;
	if (context < 0)
		return refused(context);
	mount = fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (mount >= 0 && !fsconfig(context, FSCONFIG_SET_FLAG, "rw", NULL, 0))
		ret = refused(fsconfig(context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	if (mount >= 0)
		close(mount);
	close(context);
	return ret;
}

TRY(writable, write_it)

/* Refused after it was asked about: it is in no mount namespace. */
static int bind_it(unsigned int op)
{
	int context = create(NULL), mnt, ret = 0;
	char path[32];

	(void)op;
	if (context < 0)
		return refused(context);
	mnt = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", mnt);
	if (mnt >= 0) {
		ret = refused(mount("none", path, NULL, MS_REMOUNT | MS_BIND, NULL));
		close(mnt);
	}
	close(context);
	return ret;
}

TRY(bind_writable, bind_it)

static int reconfigure_it(unsigned int op)
{
	int context = fspick(AT_FDCWD, "/proc", FSPICK_CLOEXEC), ret;

	(void)op;
	if (context < 0)
		return refused(context);
	ret = refused(fsconfig(context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	close(context);
	return ret;
}

TRY(reconfigure, reconfigure_it)

/* Sets a parameter of what is never created. */
static int set_parameter(const char *type, const char *key)
{
	int context = fsopen(type, FSOPEN_CLOEXEC), ret;

	if (context < 0)
		return refused(context);
	ret = refused(fsconfig(context, FSCONFIG_SET_STRING, key, "/nonexistent", 0));
	close(context);
	return ret;
}

/* A type that the kernel has, so that it looks for no module: @wanted, or any that has a source. */
static bool has_type(const char *wanted, char type[64])
{
	FILE *list = fopen("/proc/filesystems", "re");
	char line[64];
	bool found = false;

	while (list && !found && fgets(line, sizeof(line), list))
		if (wanted)
			found = sscanf(line, "nodev %63s", type) == 1 && !strcmp(type, wanted);
		else if (strncmp(line, "nodev", strlen("nodev")))
			found = sscanf(line, " %63s", type) == 1;
	if (list)
		fclose(list);
	return found;
}

static int source_it(unsigned int op)
{
	char type[64];

	(void)op;
	return has_type(NULL, type) ? set_parameter(type, "source") : -ESRCH;
}

TRY(source, source_it)

static int release_agent_it(unsigned int op)
{
	char type[64];

	(void)op;
	return has_type("cgroup", type) ? set_parameter(type, "release_agent") : -ESRCH;
}

TRY(release_agent, release_agent_it)

/* What is not the root of a mount can be neither moved nor made the root. */
#define NO_MOUNT "/proc/self/task"

static int move_it(unsigned int op)
{
	(void)op;
	return refused(move_mount(AT_FDCWD, NO_MOUNT, AT_FDCWD, NO_MOUNT, 0));
}

TRY(move_mount, move_it)

static int umount_it(unsigned int op)
{
	(void)op;
	return refused(umount2("/proc", MNT_EXPIRE | MNT_DETACH));
}

TRY(umount, umount_it)

static int pivot_it(unsigned int op)
{
	(void)op;
	return refused(syscall(SYS_pivot_root, NO_MOUNT, NO_MOUNT));
}

TRY(pivot_root, pivot_it)

static int open_tree_it(unsigned int op)
{
	(void)op;
	return closed(
		open_tree(AT_FDCWD, "/proc/self/nonexistent", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

TRY(open_tree, open_tree_it)

static int attributes_it(unsigned int op)
{
	(void)op;
	return refused(syscall(NR_MOUNT_SETATTR, -1, "", 0, NULL, MOUNT_ATTR_SIZE));
}

TRY(attributes, attributes_it)

bool try_has_attributes(void)
{
	return !syscall(NR_MOUNT_SETATTR, -1, "", 0, NULL, 0) || errno != ENOSYS;
}

static int open_it(const char *path)
{
	return closed(open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
}

static int device_it(unsigned int op)
{
	DIR *dev = opendir("/dev");
	struct dirent *entry;
	int ret = 0;

	(void)op;
	while (dev && !ret && (entry = readdir(dev))) {
		if (entry->d_type != DT_BLK)
			continue;
		ret = closed(openat(dirfd(dev), entry->d_name, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
		break;
	}
	if (dev)
		closedir(dev);
	return ret;
}

TRY(device_write, device_it)

static int sysfs_it(unsigned int op)
{
	(void)op;
	return open_it("/sys/module/kernel/parameters/panic");
}

TRY(sysfs, sysfs_it)

static int sysrq_it(unsigned int op)
{
	(void)op;
	return open_it("/proc/sysrq-trigger");
}

TRY(sysrq, sysrq_it)

static int watch_it(unsigned int op)
{
	int group = fanotify_init(FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY), ret;

	(void)op;
	if (group < 0)
		return refused(group);
	ret = refused(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_CLOSE_WRITE, AT_FDCWD,
				    "/proc"));
	close(group);
	return ret;
}

TRY(watch, watch_it)

/* Nothing: no handler of a sysctl takes it for a value (kernel/sysctl.c). */
static int write_nothing(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return refused(fd);
	ret = refused(write(fd, "", 0));
	close(fd);
	return ret;
}

static int sysctl_it(unsigned int op)
{
	(void)op;
	return write_nothing("/proc/sys/kernel/randomize_va_space");
}

TRY(sysctl, sysctl_it)

static int core_pattern_it(unsigned int op)
{
	(void)op;
	return write_nothing("/proc/sys/kernel/core_pattern");
}

TRY(core_pattern, core_pattern_it)

static int open_helper_it(unsigned int op)
{
	(void)op;
	return open_it("/proc/sys/kernel/core_pattern");
}

TRY(open_helper, open_helper_it)
