// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "records/journal.h"

int journal_open(void)
{
	static const struct sockaddr_un journal = { AF_UNIX, "/run/systemd/journal/socket" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)&journal, sizeof(journal)))
		return fd;
	/* A socket that is not there is not a program that is not active. */
	err = errno == ENOENT ? -ECONNREFUSED : -errno;
	close(fd);
	return err;
}

bool journal_is_there(void)
{
	int fd = journal_open();

	if (fd >= 0)
		close(fd);
	return fd != -ECONNREFUSED;
}

int journal_send(int fd, const char *fields, size_t size)
{
	return send(fd, fields, size, MSG_NOSIGNAL) < 0 ? -errno : 0;
}
