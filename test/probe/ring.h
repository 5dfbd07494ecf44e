/* SPDX-License-Identifier: GPL-2.0-only */
/* One request through io_uring. */
#ifndef RING_H
#define RING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *ring_map(int ring, size_t size, off_t at)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, at);
}

/*
 * What @request got, -ENOSYS where it could not be made. @flags are those of the ring, which stays
 * for the life of the process.
 */
static int ring_request(const struct io_uring_sqe *request, unsigned int flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;

	if (ring < 0)
		return -ENOSYS;
	sq = ring_map(ring, p.sq_off.array + p.sq_entries * sizeof(__u32), IORING_OFF_SQ_RING);
	cq = ring_map(ring, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), IORING_OFF_CQ_RING);
	sqe = ring_map(ring, p.sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		return -ENOSYS;
	*sqe = *request;
	((__u32 *)(sq + p.sq_off.array))[0] = 0;
	__atomic_store_n((__u32 *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1,
		    IORING_ENTER_GETEVENTS | (flags ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0) < 0)
		return -ENOSYS;
	cqe = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	return cqe->res;
}

#endif
