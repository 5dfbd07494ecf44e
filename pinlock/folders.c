// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folders.h"
#include "pins/pin.h"
#include "words/msg.h"

#define ELSEWHERE "it is not in the BPF file system at '" PIN_BPFFS "', whose mounts are kept"

/* Adds @inode to @list, where it is not yet: false where there is no room. */
static bool add(__u64 list[PINLOCK_FOLDERS_MAX], __u64 inode)
{
	for (int i = 0; i < PINLOCK_FOLDERS_MAX; i++) {
		if (!list[i])
			list[i] = inode;
		if (list[i] == inode)
			return true;
	}
	return false;
}

/* What the folder @fd is in, up to @top, the file system's root: NULL or why not. */
static const char *add_above(int fd, const struct stat *top, struct pinlock_folders *to)
{
	const char *why = NULL;
	struct stat st;

	while (!why) {
		int above = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		close(fd);
		fd = above;
		if (fd < 0 || fstat(fd, &st))
			return strerror(errno);
		if (st.st_dev != top->st_dev)
			why = ELSEWHERE;
		else if (st.st_ino == top->st_ino)
			break;
		else if (!add(to->above, st.st_ino))
			why = "it is too deep";
	}
	close(fd);
	return why;
}

/* Adds the folder at @path: NULL or why not. */
static const char *add_folder(const char *path, struct pinlock_folders *to)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st, top;
	const char *why = NULL;

	if (fd < 0)
		return errno == ENOENT ? "it has to be there first" : strerror(errno);
	if (fstat(fd, &st) || stat(PIN_BPFFS, &top))
		why = strerror(errno);
	else if (st.st_dev != top.st_dev)
		why = ELSEWHERE;
	else if (st.st_ino == top.st_ino)
		why = "programs of the suite make and remove folders there: name one in it";
	else if (!add(to->whole, st.st_ino))
		why = "there are too many";
	if (!why)
		return add_above(fd, &top, to);
	close(fd);
	return why;
}

int folders_find(const struct options *options, struct pinlock_folders *to)
{
	int count = 0;

	memset(to, 0, sizeof(*to));
	for (size_t i = 0; i < options->path_count; i++) {
		const char *path = options->paths[i], *why = add_folder(path, to);
		const char *where = options_where(options, "path", i);

		if (!why)
			continue;
		msg_error("cannot keep the pins in '%s'%s%s%s: %s", path, where ? ", which '" : "",
			  where ? where : "", where ? "' names" : "", why);
		return -1;
	}
	while (count < PINLOCK_FOLDERS_MAX && to->whole[count])
		count++;
	return count;
}
