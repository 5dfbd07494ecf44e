// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood FILE COUNT [COMM [PARENT'S COMM [PROCESSES [THREADS]]]]: opens FILE for
 * reading COUNT times in each thread of each of PROCESSES processes, one after
 * the other, under these names, and succeeds if each time was denied with EPERM.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int flood(const char *file, long count)
{
	while (count--) {
		int fd = open(file, O_RDONLY | O_CLOEXEC);

		if (fd >= 0 || errno != EPERM) {
			fprintf(stderr, "flood: '%s' was not denied, %ld to go\n", file, count);
			return 1;
		}
	}
	return 0;
}

struct work {
	const char *file;
	long count;
};

static void *in_thread(void *work)
{
	return (void *)(long)flood(((struct work *)work)->file, ((struct work *)work)->count);
}

static int flood_by(struct work *work, long threads)
{
	pthread_t list[64];
	void *failed;
	int status = 0;

	if (threads <= 1)
		return flood(work->file, work->count);
	for (long i = 0; i < threads && i < 64; i++)
		if (pthread_create(&list[i], NULL, in_thread, work))
			return 1;
	for (long i = 0; i < threads && i < 64; i++)
		status |= pthread_join(list[i], &failed) || failed;
	return status;
}

int main(int argc, char **argv)
{
	int status = 1;

	if (argc < 3)
		return 64;
	if (argc > 4)
		prctl(PR_SET_NAME, argv[4]);
	for (long left = argc > 5 ? atol(argv[5]) : 1; left > 0; left--) {
		if (!fork()) {
			if (argc > 3)
				prctl(PR_SET_NAME, argv[3]);
			_exit(flood_by(&(struct work){ argv[1], atol(argv[2]) },
				       argc > 6 ? atol(argv[6]) : 1));
		}
		if (wait(&status) < 0 || status)
			return 1;
	}
	return 0;
}
