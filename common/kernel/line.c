// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/line.h"

int line_read(int dir, const char *path, char *line, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, line, size - 1);
	if (length < 0)
		err = -errno;
	close(fd);
	if (err)
		return err;
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return 0;
}
