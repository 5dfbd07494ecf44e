// SPDX-License-Identifier: GPL-2.0-only
/*
 * race FILE COUNT: two tasks on one CPU open FILE for reading until it was not denied with EPERM,
 * or COUNT times: one all the time, one with real-time priority at times of a timer, so that it
 * interrupts the other wherever that is in the kernel, however the kernel is preempted. Prints
 * "TRIES tries, ALLOWED allowed"; succeeds if one got through, fails with 1 if none did, with 2
 * if FILE can't be opened for another reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared {
	long tries;
	long allowed;
};

static void run(const char *file, long count, long most_ns, struct shared *shared)
{
	while (__atomic_fetch_add(&shared->tries, 1, __ATOMIC_RELAXED) < count &&
	       !__atomic_load_n(&shared->allowed, __ATOMIC_RELAXED)) {
		if (most_ns)
			nanosleep(&(struct timespec){ .tv_nsec = 1 + random() % most_ns }, NULL);
		if (open(file, O_RDONLY | O_CLOEXEC) >= 0)
			__atomic_fetch_add(&shared->allowed, 1, __ATOMIC_RELAXED);
		else if (errno != EPERM)
			_exit(2);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, broken = 0;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (argc != 3 || shared == MAP_FAILED || sched_setaffinity(0, sizeof(cpu), &cpu))
		return 64;
	if (!fork())
		run(argv[1], atol(argv[2]), 0, shared);
	if (!fork()) {
		if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 }))
			_exit(2);
		run(argv[1], atol(argv[2]), 500000, shared);
	}
	while (wait(&status) > 0)
		broken |= status;
	printf("%ld tries, %ld allowed\n", shared->tries, shared->allowed);
	return broken ? 2 : !shared->allowed;
}
