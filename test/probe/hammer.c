// SPDX-License-Identifier: GPL-2.0-only
/*
 * hammer FILE: opens FILE without a pause, in a process for each CPU and one
 * more, all in a new pid namespace, until SIGTERM; then prints how
 * often, how often EPERM was not the answer, and succeeds if that was never.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct tally {
	unsigned long tries;
	unsigned long passed;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void pound(const char *file, struct tally *tally)
{
	while (!stopped) {
		int fd = open(file, O_RDONLY | O_CLOEXEC);

		tally->tries++;
		if (fd < 0 && errno == EPERM)
			continue;
		tally->passed++;
		if (fd >= 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	const long count = sysconf(_SC_NPROCESSORS_ONLN) + 1;
	struct tally *tallies, sum = { 0 };
	pid_t pids[64];

	if (argc != 2 || count > 64)
		return 64;
	tallies = mmap(NULL, sizeof(*tallies) * (size_t)count, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED)
		return 2;
	signal(SIGTERM, stop);
	if (unshare(CLONE_NEWPID))
		return 2;
	for (long i = 0; i < count; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			pound(argv[1], &tallies[i]);
			_exit(0);
		}
	}
	while (!stopped)
		pause();
	/* The first, its namespace's init, last: it ends only when the others are reaped. */
	for (long i = count - 1; i >= 0; i--) {
		kill(pids[i], SIGTERM);
		waitpid(pids[i], NULL, 0);
		sum.tries += tallies[i].tries;
		sum.passed += tallies[i].passed;
	}
	printf("hammer: %ld processes, %lu tries, %lu passed\n", count, sum.tries, sum.passed);
	return sum.passed || sum.tries < 1000;
}
