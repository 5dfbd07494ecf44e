// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "words/delayed.h"
#include "words/msg.h"

#define STACK_SIZE (64 * 1024)

static struct watch {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool started, done;
	clockid_t clock; /* how long the watched thread has worked */
	char line[256];
	int length;
} watch = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* No file is opened here, and no memory had: the line is there already. */
static void give_up(void)
{
	if (write(STDERR_FILENO, watch.line, (size_t)watch.length) < 0)
		_exit(EX_IOERR);
	_exit(EX_OSERR);
}

static void *wait_for_it(void *unused)
{
	struct timespec at, worked, before = { 0 };
	int idle = 0;

	pthread_mutex_lock(&watch.lock);
	while (!watch.done) {
		/* From now: while it was stopped, it was not idle. */
		clock_gettime(CLOCK_MONOTONIC, &at);
		at.tv_sec++;
		while (!watch.done && !pthread_cond_timedwait(&watch.changed, &watch.lock, &at))
			;
		clock_gettime(watch.clock, &worked);
		idle = worked.tv_sec == before.tv_sec && worked.tv_nsec == before.tv_nsec ? idle + 1
											  : 0;
		before = worked;
		if (!watch.done && idle == DELAY_SECONDS)
			give_up();
	}
	pthread_mutex_unlock(&watch.lock);
	return unused;
}

/* Signals are for the thread that is watched. */
static int start(void)
{
	pthread_condattr_t monotonic;
	pthread_attr_t small;
	sigset_t all, old;
	int err;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&watch.changed, &monotonic);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&watch.thread, &small, wait_for_it, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
}

void delayed_watch(const char *what)
{
	watch.length = snprintf(watch.line, sizeof(watch.line),
				"%s: cannot read %s: somebody delays it; " DELAYED_WHO "\n",
				msg_program(), what);
	if (watch.length >= (int)sizeof(watch.line))
		watch.length = (int)sizeof(watch.line) - 1;
	watch.done = false;
	watch.started = !pthread_getcpuclockid(pthread_self(), &watch.clock) && !start();
}

void delayed_done(void)
{
	if (!watch.started)
		return;
	pthread_mutex_lock(&watch.lock);
	watch.done = true;
	pthread_cond_signal(&watch.changed);
	pthread_mutex_unlock(&watch.lock);
	pthread_join(watch.thread, NULL);
	watch.started = false;
}
