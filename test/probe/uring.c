// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring FILE [sqpoll]: opens FILE through io_uring, in a worker thread of the kernel; sqpoll: asked
 * for by the kernel's polling thread. 0 opened, 1 EPERM, 2 could not try, 3 another error.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "ring.h"

static int open_by_ring(const char *path, unsigned int flags)
{
	const struct io_uring_sqe request = { .opcode = IORING_OP_OPENAT,
					      .flags = IOSQE_ASYNC,
					      .fd = AT_FDCWD,
					      .addr = (unsigned long)path,
					      .open_flags = O_RDONLY | O_CLOEXEC };

	return ring_request(&request, flags);
}

int main(int argc, char **argv)
{
	int ret;

	if (argc < 2)
		return 64;
	ret = open_by_ring(argv[1], argc > 2 ? IORING_SETUP_SQPOLL : 0);
	printf("%s\n", ret < 0 ? strerror(-ret) : "opened");
	return ret >= 0 ? 0 : ret == -EPERM ? 1 : ret == -ENOSYS ? 2 : 3;
}
