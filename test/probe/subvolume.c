// SPDX-License-Identifier: GPL-2.0-only
/*
 * subvolume create|delete FOLDER NAME: of btrfs, by what ioctl_btrfs(2) has for it.
 * subvolume handle FOLDER FILE COMMAND...: runs COMMAND with FILE, of the file system that FOLDER
 * is on, as descriptor 9, opened by its handle when nobody has its name in memory any more.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/btrfs.h>

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

int main(int argc, char **argv)
{
	struct btrfs_ioctl_vol_args args = { 0 };
	int fd;

	if (argc > 4 && !strcmp(argv[1], "handle"))
		return by_handle(argv[2], argv[3], argv + 4);
	if (argc != 4)
		return 64;
	fd = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(args.name, sizeof(args.name), "%s", argv[3]);
	if (ioctl(fd, strcmp(argv[1], "create") ? BTRFS_IOC_SNAP_DESTROY : BTRFS_IOC_SUBVOL_CREATE,
		  &args)) {
		perror(argv[3]);
		return 1;
	}
	return 0;
}
