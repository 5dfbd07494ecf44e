// SPDX-License-Identifier: GPL-2.0-only
/*
 * loading NAME COMMAND...: runs COMMAND and prints, as "NAME WHAT NUMBER", the nanoseconds that
 * passed until it had ended, those in which a CPU worked for it, and its peak memory in KiB.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long nanoseconds(struct timeval t)
{
	return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	long long start;
	int status;
	pid_t pid;

	if (argc < 3)
		return 64;
	start = now();
	pid = vfork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) < 0 || status)
		return 1;
	printf("%s load-elapsed %lld\n", argv[1], now() - start);
	printf("%s load-worked %lld\n", argv[1],
	       nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime));
	printf("%s load-memory %ld\n", argv[1], usage.ru_maxrss);
	return 0;
}
