// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring FILE [sqpoll]: opens FILE through io_uring, in a worker thread of the kernel; sqpoll: asked
 * for by the kernel's polling thread. 0 opened, 1 EPERM, 2 could not try, 3 another error.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *map(int ring, size_t size, off_t at)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, at);
}

/* One request to open @path; the ring stays for the life of the process. */
static int open_by_ring(const char *path, unsigned int flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;

	if (ring < 0)
		return -ENOSYS;
	sq = map(ring, p.sq_off.array + p.sq_entries * sizeof(__u32), IORING_OFF_SQ_RING);
	cq = map(ring, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), IORING_OFF_CQ_RING);
	sqe = map(ring, p.sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		return -ENOSYS;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_OPENAT;
	sqe->flags = IOSQE_ASYNC;
	sqe->fd = AT_FDCWD;
	sqe->addr = (unsigned long)path;
	sqe->open_flags = O_RDONLY | O_CLOEXEC;
	((__u32 *)(sq + p.sq_off.array))[0] = 0;
	__atomic_store_n((__u32 *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1,
		    IORING_ENTER_GETEVENTS | (flags ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0) < 0)
		return -ENOSYS;
	cqe = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	return cqe->res;
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
