// SPDX-License-Identifier: GPL-2.0-only
/*
 * hammer: does without a pause what the suite denies, all that is denied to begin with, in a
 * process for each CPU and one more, all in a new pid namespace, until SIGTERM; then prints
 * how often, how often EPERM was not the answer, and succeeds if that was never.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doors.h"

struct tally {
	unsigned int shut;
	unsigned long tries[DOORS];
	unsigned long passed[DOORS];
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void pound(struct tally *tally)
{
	tally->shut = doors_shut();
	while (!stopped) {
		for (unsigned int i = 0; i < DOORS; i++) {
			if (!(tally->shut >> i & 1))
				continue;
			tally->tries[i]++;
			tally->passed[i] += doors[i].try() != EPERM;
		}
	}
}

/* Whether each door that was shut was tried often, and stayed so. */
static int report(const struct tally *tallies, long count)
{
	int failed = !tallies[0].shut;

	for (unsigned int i = 0; i < DOORS; i++) {
		unsigned long tries = 0, passed = 0;

		for (long n = 0; n < count; n++) {
			tries += tallies[n].tries[i];
			passed += tallies[n].passed[i];
		}
		if (!(tallies[0].shut >> i & 1))
			continue;
		printf("hammer: %s: %ld processes, %lu tries, %lu passed\n", doors[i].program,
		       count, tries, passed);
		failed |= passed || tries < 1000;
	}
	return failed;
}

int main(void)
{
	const long count = sysconf(_SC_NPROCESSORS_ONLN) + 1;
	struct tally *tallies;
	pid_t pids[64];

	if (count > 64)
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
			/* Or the loaders wait for a CPU most of the time. */
			if (nice(10) < 0)
				_exit(2);
			pound(&tallies[i]);
			_exit(0);
		}
	}
	while (!stopped)
		pause();
	/* The first, its namespace's init, last: it ends only when the others are reaped. */
	for (long i = count - 1; i >= 0; i--) {
		kill(pids[i], SIGTERM);
		waitpid(pids[i], NULL, 0);
	}
	return report(tallies, count);
}
