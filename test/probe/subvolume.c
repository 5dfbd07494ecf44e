// SPDX-License-Identifier: GPL-2.0-only
/*
 * subvolume create|delete|delete-id|delete32 FOLDER NAME: of btrfs, by what ioctl_btrfs(2) has for
 * it, by its number, or by the entry of 32-bit processes. Exits as probes do. subvolume handle
 * FOLDER FILE COMMAND...: runs COMMAND with FILE, of the file system that FOLDER is on, as
 * descriptor 9, opened by its handle when nobody has its name in memory any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/btrfs.h>

#include "call32.h"

#define FIRST_OBJECT 256 /* BTRFS_FIRST_FREE_OBJECTID */

static int by_handle(const char *folder, const char *file, char **command)
{
	static struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} id = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount, at = open(folder, O_RDONLY | O_CLOEXEC), drop, fd;

	sync();
	drop = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	if (name_to_handle_at(AT_FDCWD, file, &id.handle, &mount, 0))
		return 2;
	/* What was used of late stays the first time. */
	for (int i = 0; i < 3; i++)
		if (write(drop, "2", 1) != 1)
			return 2;
	fd = open_by_handle_at(at, &id.handle, O_RDONLY);
	if (fd < 0 || dup2(fd, 9) < 0)
		return 2;
	if (fd != 9)
		close(fd);
	execvp(command[0], command);
	return 127;
}

static __u64 number(int fd, const char *name)
{
	struct btrfs_ioctl_ino_lookup_args its = { .objectid = FIRST_OBJECT };

	if (ioctl(openat(fd, name, O_RDONLY | O_CLOEXEC), BTRFS_IOC_INO_LOOKUP, &its))
		return 0;
	return its.treeid;
}

/* By any file of the filesystem. */
static int by_id(int fd, const char *name)
{
	struct btrfs_ioctl_vol_args_v2 args = { .flags = BTRFS_SUBVOL_SPEC_BY_ID };
	int file = openat(fd, "file", O_CREAT | O_RDONLY | O_CLOEXEC, 0600);

	args.subvolid = number(fd, name);
	return ioctl(file, BTRFS_IOC_SNAP_DESTROY_V2, &args);
}

static int by_default(int fd, const char *name)
{
	__u64 id = number(fd, name);

	return ioctl(fd, BTRFS_IOC_DEFAULT_SUBVOL, &id);
}

static long by_32(int fd, const struct btrfs_ioctl_vol_args *args)
{
	struct btrfs_ioctl_vol_args *low = low_memory(sizeof(*low));

	if (low == MAP_FAILED)
		return -1;
	*low = *args;
	return enter32(NR32(54, 54), fd, (long)BTRFS_IOC_SNAP_DESTROY, (long)low, 0, 0);
}

int main(int argc, char **argv)
{
	struct btrfs_ioctl_vol_args args = { 0 };
	int fd, denied;
	long ret;

	if (argc > 4 && !strcmp(argv[1], "handle"))
		return by_handle(argv[2], argv[3], argv + 4);
	if (argc != 4)
		return 64;
	fd = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(args.name, sizeof(args.name), "%s", argv[3]);
	ret = !strcmp(argv[1], "create")      ? ioctl(fd, BTRFS_IOC_SUBVOL_CREATE, &args)
	      : !strcmp(argv[1], "delete-id") ? by_id(fd, argv[3])
	      : !strcmp(argv[1], "default")   ? by_default(fd, argv[3])
	      : !strcmp(argv[1], "delete32")  ? by_32(fd, &args)
					      : ioctl(fd, BTRFS_IOC_SNAP_DESTROY, &args);
	denied = ret && errno == EPERM;
	if (ret)
		perror(argv[3]);
	return denied ? 1 : ret ? 3 : 0;
}
