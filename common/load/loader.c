// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/initial.h"
#include "load/loader.h"

#define STARTTIME 22 /* the field of proc(5), in clock ticks */

static int read_start(unsigned long long *ticks)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char text[1024], *c;

	if (!file)
		return -errno;
	c = fgets(text, sizeof(text), file);
	fclose(file);
	if (c)
		c = strrchr(text, ')'); /* the end of the second: a name may have blanks */
	for (int field = 2; c && field < STARTTIME; field++)
		c = strchr(c + 1, ' ');
	if (!c)
		return -EPROTO;
	*ticks = strtoull(c, NULL, 10);
	return *ticks ? 0 : -EPROTO;
}

int loader_identity(struct identity *self)
{
	const __u64 tick = 1000000000 / (__u64)sysconf(_SC_CLK_TCK);
	const struct timespec pause = { .tv_nsec = 1000 * 1000 };
	unsigned long long ticks = 0;
	struct stat st;
	int err;

	if (stat("/proc/self/ns/pid", &st))
		return -errno;
	if (st.st_ino != HOST_PID_NAMESPACE)
		return -EXDEV;
	err = read_start(&ticks);
	if (err)
		return err;
	*self = (struct identity){ (__u32)getpid(), ticks * tick, (ticks + 1) * tick };
	while (clock_boottime() < self->end)
		nanosleep(&pause, NULL);
	return 0;
}
