// SPDX-License-Identifier: GPL-2.0-only
/*
 * race FILE COUNT [TASKS]: TASKS tasks (8) on one CPU open FILE for reading until it was not
 * denied with EPERM, or COUNT times. Prints "TRIES tries, ALLOWED allowed"; succeeds if one
 * got through, fails with 1 if none did, with 2 if FILE can't be opened for another reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	long tries;
	long allowed;
};

static void run(const char *file, long count, struct shared *shared)
{
	while (__atomic_fetch_add(&shared->tries, 1, __ATOMIC_RELAXED) < count &&
	       !__atomic_load_n(&shared->allowed, __ATOMIC_RELAXED)) {
		if (open(file, O_RDONLY | O_CLOEXEC) >= 0)
			__atomic_fetch_add(&shared->allowed, 1, __ATOMIC_RELAXED);
		else if (errno != EPERM)
			_exit(2);
	}
}

int main(int argc, char **argv)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, broken = 0;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (argc < 3 || shared == MAP_FAILED || sched_setaffinity(0, sizeof(cpu), &cpu))
		return 64;
	for (long tasks = argc > 3 ? atol(argv[3]) : 8; tasks > 0; tasks--) {
		if (fork())
			continue;
		run(argv[1], atol(argv[2]), shared);
		_exit(0);
	}
	while (wait(&status) > 0)
		broken |= status;
	printf("%ld tries, %ld allowed\n", shared->tries, shared->allowed);
	return broken ? 2 : !shared->allowed;
}
