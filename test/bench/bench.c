// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench ROWS <COLUMNS: reads lines "COLUMN PLACE COMMAND", runs COMMAND with the shell, then
 * measures each row that matches a pattern of ROWS in a process of PLACE, the host or a new pid
 * namespace, and prints "COLUMN ROW NANOSECONDS". On a machine whose clock counts instructions
 * (QEMU's -icount) that is what nanoseconds are. bench --fill COUNT: makes that many processes
 * do what is decided about.
 */
#include <fnmatch.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

#define BATCHES 31
#define BATCHES_LEAST 7
#define BATCHES_WAITING 11
#define ENOUGH 20000000
#define ROUNDS 40

static long long now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* What the children that have ended worked. */
static long long children(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static long long clock_of(const struct row *row)
{
	switch (row->sleeps) {
	case SLEEPS:
		return now(CLOCK_PROCESS_CPUTIME_ID);
	case CHILDREN_WORK:
		return children();
	case NO_SLEEP:
	default:
		return now(CLOCK_MONOTONIC);
	}
}

/* Once, in a process of its own that has touched what it needs. */
static long long once(void (*run)(void), volatile long long *shared)
{
	pid_t pid = fork();

	if (!pid) {
		long long start;

		for (int i = 0; i < 3; i++)
			now(CLOCK_MONOTONIC);
		start = now(CLOCK_MONOTONIC);
		run();
		*shared = now(CLOCK_MONOTONIC) - start;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return *shared;
}

static long long batch(const struct row *row, volatile long long *shared)
{
	long long start;

	if (!row->batch)
		return once(row->run, shared);
	start = clock_of(row);
	for (int i = 0; i < row->batch; i++)
		row->run();
	return (clock_of(row) - start) / row->batch;
}

/* The least of some batches: no timer's interrupt is in it, and no page had to be found. */
static long long reading(const struct row *row, volatile long long *shared)
{
	long long least = batch(row, shared), spent = least;
	/* Threads that wait for each other do so now more, now less. */
	int wanted = row->sleeps == CHILDREN_WORK ? BATCHES_WAITING : BATCHES_LEAST;

	for (int i = 1; i < BATCHES && (i < wanted || spent < ENOUGH); i++) {
		long long time = batch(row, shared);

		spent += time * (row->batch ? row->batch : 1);
		if (time < least)
			least = time;
	}
	return least;
}

/* Until two readings agree to within 1 %. */
static long long settled(const struct row *row, volatile long long *shared)
{
	long long before = reading(row, shared), after;

	for (int i = 0; i < ROUNDS; i++) {
		after = reading(row, shared);
		if (llabs(after - before) * 100 <= before)
			return after < before ? after : before;
		before = after;
	}
	fprintf(stderr, "bench: %s does not settle\n", row->name);
	return before;
}

static int is_wanted(const char *name, char **patterns)
{
	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, name, 0))
			return 1;
	return 0;
}

static void measure(const char *column, char **patterns)
{
	volatile long long *shared =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (const struct row *row = rows; row->name; row++) {
		if (!is_wanted(row->name, patterns) ||
		    (row->columns && fnmatch(row->columns, column, FNM_EXTMATCH)))
			continue;
		printf("%s %s %lld\n", column, row->name, settled(row, shared));
		fflush(stdout);
	}
}

/* In a child of its own, so that each column starts alike. */
static void measure_in(const char *column, const char *place, char **patterns)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (!strcmp(place, "container") && unshare(CLONE_NEWPID))
			_exit(1);
		pid = fork();
		if (!pid) {
			measure(column, patterns);
			_exit(0);
		}
		waitpid(pid, &status, 0);
		_exit(status != 0);
	}
	if (waitpid(pid, &status, 0) < 0 || status) {
		fprintf(stderr, "bench: column %s failed\n", column);
		exit(1);
	}
}

/* Has @count processes decided about, one after the other. */
static int fill(int count)
{
	while (count--) {
		if (!fork()) {
			row_fill();
			_exit(0);
		}
		wait(NULL);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char line[4096];

	if (argc == 3 && !strcmp(argv[1], "--fill"))
		return fill(atoi(argv[2]));
	rows_prepare();
	while (fgets(line, sizeof(line), stdin)) {
		char column[64], place[64];
		int length;

		if (sscanf(line, "%63s %63s %n", column, place, &length) != 2)
			continue;
		if (system(line + length)) {
			fprintf(stderr, "bench: %s: cannot run %s", column, line + length);
			return 1;
		}
		measure_in(column, place, argv + 1);
	}
	return 0;
}
