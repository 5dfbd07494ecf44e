// SPDX-License-Identifier: GPL-2.0-only
/* The records of all programs, one after the other in time. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "launcher.h"
#include "words/msg.h"

/* Further up than this nobody's parents are looked for. */
#define PARENTS_MAX 64

/* What a line is of: the last number of its stamp (common/records/events.h: events_print). */
enum what { WHAT_ALLOWED, WHAT_DENIED, WHAT_EXECUTED };

/* A line with its stamp taken off. A process is known by its number and its start. */
struct event {
	unsigned long long time, start;
	unsigned tgid, ppid, what;
	const char *text; /* without its end of line */
	size_t order;	  /* as it was printed */
	bool shown;
};

struct events {
	struct event *list;
	size_t count, room;
	char *texts[LAUNCHER_PROGRAMS_MAX]; /* what the lines are in */
	size_t programs;
};

/* Adds a line, which ends in 0: false where it has no stamp. */
static bool add_event(struct events *events, char *line)
{
	struct event event = { .order = events->count };
	struct event *more;
	int length = 0;

	if (sscanf(line, "%llu %llu %u %u %u %n", &event.time, &event.start, &event.tgid,
		   &event.ppid, &event.what, &length) != 5 ||
	    !length)
		return false;
	event.text = line + length;
	if (events->count == events->room) {
		events->room = events->room ? events->room * 2 : 4096;
		more = realloc(events->list, events->room * sizeof(*more));
		if (!more)
			return false;
		events->list = more;
	}
	events->list[events->count++] = event;
	return true;
}

static int cannot_merge(size_t i)
{
	msg_error("cannot sort the records of '%s'", launcher_programs[i]);
	return EX_OSERR;
}

static int nobody_active(void)
{
	msg_error("no records: no program is active");
	return LAUNCHER_INACTIVE;
}

/* Takes what program @i has on record: its exit status. */
static int take_program(struct events *events, size_t i, bool json)
{
	const char *args[] = { "--events", "--stamp", json ? "--json" : NULL, NULL };
	char *text, *next;
	int status;

	text = launcher_read(i, args, &status);
	if (!text)
		return cannot_merge(i);
	events->texts[events->programs++] = text;
	for (char *line = strsep(&text, "\n"); line; line = next) {
		next = strsep(&text, "\n");
		if (*line && !add_event(events, line))
			return cannot_merge(i);
	}
	return status;
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Executions by process, then by time. */
static int by_process(const void *a, const void *b)
{
	const struct event *x = *(struct event *const *)a, *y = *(struct event *const *)b;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return by_time(x, y);
}

/*
 * Marks what process @tgid has executed up to @time: who was started at @start, or where that is
 * not @exact the newest one up to it. Returns one of these, or NULL: nothing is on record.
 */
static const struct event *mark_process(struct event *const *executed, size_t count, unsigned tgid,
					unsigned long long start, bool exact,
					unsigned long long time)
{
	const struct event *found = NULL;
	size_t low = 0, high = count;

	/* Behind the last that it can be. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct event *e = executed[middle];

		if (e->tgid < tgid || (e->tgid == tgid && e->start <= start))
			low = middle + 1;
		else
			high = middle;
	}
	if (exact && low && executed[low - 1]->start != start)
		return NULL;
	for (; low && executed[low - 1]->tgid == tgid &&
	       (!found || executed[low - 1]->start == found->start);
	     low--) {
		found = executed[low - 1];
		if (found->time <= time)
			executed[low - 1]->shown = true;
	}
	return found;
}

/* Marks the denials from @since on and, with @executions, what led to each, whenever that was. */
static int mark_denied(struct events *events, __u64 since, bool executions)
{
	struct event **executed = calloc(events->count + 1, sizeof(*executed));
	size_t count = 0;

	if (!executed) {
		msg_error("cannot sort the denials: out of memory");
		return EX_OSERR;
	}
	for (size_t i = 0; i < events->count; i++) {
		struct event *event = &events->list[i];

		event->shown = event->what == WHAT_DENIED && event->time >= since;
		if (event->what == WHAT_EXECUTED)
			executed[count++] = event;
	}
	qsort(executed, count, sizeof(struct event *), by_process);
	for (size_t i = 0; executions && i < events->count; i++) {
		const struct event *event = &events->list[i], *child;
		unsigned long long start = event->start;
		unsigned parent = event->ppid;

		if (event->what != WHAT_DENIED || event->time < since)
			continue;
		child = mark_process(executed, count, event->tgid, start, true, event->time);
		if (child)
			parent = child->ppid;
		/* A parent is older, and what it did later led to nothing. */
		for (int up = 0; up < PARENTS_MAX && parent; up++) {
			child = mark_process(executed, count, parent, start, false, start);
			if (!child)
				break;
			parent = child->ppid;
			start = child->start;
		}
	}
	free(executed);
	return 0;
}

static int print_sorted(const struct launcher_events *how)
{
	struct events events = { 0 };
	bool any = false;
	int worst = 0, status;
	__u64 since = 0;

	for (size_t i = 0; i < launcher_count; i++) {
		status = take_program(&events, i, how->json);
		any |= status != LAUNCHER_INACTIVE;
		if (!worst && status != LAUNCHER_INACTIVE)
			worst = status;
	}
	if (events.count)
		qsort(events.list, events.count, sizeof(*events.list), by_time);
	if (how->since)
		clock_parse(how->since, &since);
	status = how->denied ? mark_denied(&events, since, how->with_exec) : 0;
	worst = worst ? worst : status;
	for (size_t i = 0; i < events.count && !status; i++)
		if (how->denied ? events.list[i].shown : events.list[i].time >= since)
			puts(events.list[i].text);
	for (size_t i = 0; i < events.programs; i++)
		free(events.texts[i]);
	free(events.list);
	return any ? worst : nobody_active();
}

static int children[LAUNCHER_PROGRAMS_MAX];

static void pass_on(int signal)
{
	for (size_t i = 0; i < LAUNCHER_PROGRAMS_MAX; i++)
		if (children[i] > 0)
			kill(children[i], signal);
}

/* Whether there is anything to follow. */
static bool is_active(size_t i)
{
	const char *args[] = { "--events", "--stamp", NULL };
	int out = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

	if (out < 0)
		return true;
	status = launcher_run(i, args, out);
	close(out);
	return status != LAUNCHER_INACTIVE;
}

/* As the programs print them: each line is one write. */
static int follow(const struct launcher_events *how)
{
	const struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
	const char *args[] = { "--events", "--follow", NULL, NULL, NULL, NULL };
	int worst = 0, status, pid, count = 2;
	bool any = false;
	char since[64];
	sigset_t signals;

	if (how->json)
		args[count++] = "--json";
	if (how->denied)
		args[count++] = "--denied";
	if (how->since) {
		snprintf(since, sizeof(since), "--since=%s", how->since);
		args[count++] = since;
	}
	/* Until all are there who are to get them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	for (size_t i = 0; i < launcher_count; i++) {
		if (!is_active(i))
			continue;
		any = true;
		children[i] = launcher_start(i, args, -1);
		if (children[i] < 0)
			worst = EX_OSERR;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	while ((pid = wait(&status)) > 0) {
		for (size_t i = 0; i < LAUNCHER_PROGRAMS_MAX; i++)
			if (children[i] == pid)
				children[i] = 0;
		if (!worst && status)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR;
	}
	return any ? worst : nobody_active();
}

int launcher_events(const struct launcher_events *how)
{
	return how->follow ? follow(how) : print_sorted(how);
}
