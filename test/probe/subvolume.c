// SPDX-License-Identifier: GPL-2.0-only
/* subvolume create|delete FOLDER NAME: of btrfs, by what ioctl_btrfs(2) has for it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/btrfs.h>

int main(int argc, char **argv)
{
	struct btrfs_ioctl_vol_args args = { 0 };
	int fd;

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
