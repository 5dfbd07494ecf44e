// SPDX-License-Identifier: GPL-2.0-only
/*
 * uncover CAPABILITIES rmdir|rename|away|exchange|handle PATH NAME: as root with no more than these
 * capabilities, in hexadecimal, removes directory NAME in directory PATH, renames another over it,
 * it to NAME-away, exchanges it with another, or removes it from the root of the ext4 that PATH is
 * on, got by its handle. Exits with 0 where it was done, 1 where it is denied (EPERM), 2 where it
 * could not be tried, 3 where it is refused otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#define EXT4_ROOT 2 /* fs/ext4/ext4.h: EXT4_ROOT_INO, of generation 0 */

static void keep(unsigned long capabilities)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {
		{ (unsigned int)capabilities, (unsigned int)capabilities, 0 },
		{ (unsigned int)(capabilities >> 32), (unsigned int)(capabilities >> 32), 0 },
	};

	if (syscall(SYS_capset, &header, data)) {
		perror("capset");
		exit(2);
	}
}

static int root_of(const char *path)
{
	struct {
		struct file_handle handle;
		unsigned int number, generation;
	} root = { { 8, 1, {} }, EXT4_ROOT, 0 }; /* FILEID_INO32_GEN */
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : open_by_handle_at(fd, &root.handle, O_RDONLY | O_DIRECTORY);
}

static int result(int ret)
{
	if (!ret)
		return 0;
	fprintf(stderr, "uncover: %s\n", strerror(errno));
	return errno == EPERM ? 1 : 3;
}

static int rename_to(int dir, const char *from, const char *to, unsigned int flags)
{
	return result(renameat2(dir, from, dir, to, flags));
}

int main(int argc, char **argv)
{
	char other[64];
	const char *how, *name;
	int dir, ret;

	if (argc != 5)
		return 64;
	how = argv[2];
	name = argv[4];
	snprintf(other, sizeof(other), "%.50s-away", name);
	keep(strtoul(argv[1], NULL, 16));
	dir = strcmp(how, "handle") ? open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC)
				    : root_of(argv[3]);
	if (dir < 0) {
		perror(argv[3]);
		return 2;
	}
	if (!strcmp(how, "rmdir") || !strcmp(how, "handle"))
		return result(unlinkat(dir, name, AT_REMOVEDIR));
	if (!strcmp(how, "away"))
		return rename_to(dir, name, other, 0);
	if (mkdirat(dir, other, 0700)) {
		perror(other);
		return 2;
	}
	ret = rename_to(dir, other, name, strcmp(how, "exchange") ? 0 : RENAME_EXCHANGE);
	unlinkat(dir, other, AT_REMOVEDIR);
	return ret;
}
