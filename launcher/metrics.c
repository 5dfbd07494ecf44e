// SPDX-License-Identifier: GPL-2.0-only
/* What is counted, for who scrapes it: OpenMetrics 1.0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher.h"
#include "words/msg.h"

/* The head of a family of metrics, whose samples follow it. */
static void print_head(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static bool is_whole(const char *stamp)
{
	const char *whole = stamp_find(stamp, "whole");

	return whole && *whole == '1';
}

/* Whether one of them says so, and is in place. */
static bool is_sealed(const struct launcher_stamps *stamps)
{
	for (size_t i = 0; i < launcher_count; i++) {
		const char *sealed = stamp_find(stamps->of[i], "sealed");

		if (sealed && *sealed == '1' && is_whole(stamps->of[i]))
			return true;
	}
	return false;
}

static void print_states(const struct launcher_stamps *stamps)
{
	print_head("bpflock_active", "gauge",
		   "Whether all that a program has attached is in place, by its pins.");
	for (size_t i = 0; i < launcher_count; i++)
		printf("bpflock_active{program=\"%s\"} %d\n", launcher_programs[i],
		       is_whole(stamps->of[i]));
	print_head("bpflock_enforcing", "gauge",
		   "Whether it is, and denies anything to processes that are not trusted.");
	for (size_t i = 0; i < launcher_count; i++)
		if (!launcher_records(i))
			printf("bpflock_enforcing{program=\"%s\"} %d\n", launcher_programs[i],
			       is_whole(stamps->of[i]) && stamp_denies(stamps->of[i]));
	print_head("bpflock_sealed", "gauge",
		   "Whether what is in force stays until the machine reboots.");
	printf("bpflock_sealed %d\n", is_sealed(stamps));
}

/* One sample of each line "count OPERATION NUMBER VERDICT". */
static void print_decisions(const char *program, const char *stamp)
{
	const char *line = stamp;

	while ((line = stamp_find(line, "count"))) {
		char operation[64], verdict[64];
		unsigned long long count;

		if (sscanf(line, "%63s %llu %63[^\n]", operation, &count, verdict) == 3)
			printf("bpflock_decisions_total{program=\"%s\",operation=\"%s\","
			       "verdict=\"%s\"} %llu\n",
			       program, operation, verdict, count);
		line = strchr(line, '\n');
		if (!line)
			break;
		line++;
	}
}

static void print_dropped(const struct launcher_stamps *stamps)
{
	print_head("bpflock_records_dropped", "counter",
		   "Records that had to make room for newer ones.");
	for (size_t i = 0; i < launcher_count; i++) {
		const char *dropped = stamp_find(stamps->of[i], "dropped");

		if (dropped)
			printf("bpflock_records_dropped_total{program=\"%s\"} %llu\n",
			       launcher_programs[i], strtoull(dropped, NULL, 10));
	}
}

int metrics_print(void)
{
	const char *args[] = { "--status", "--stamp", NULL };
	struct launcher_stamps stamps = { 0 };
	int worst = 0, status;

	for (size_t i = 0; i < launcher_count; i++) {
		stamps.of[i] = launcher_read(i, args, &status);
		/* That it is not active is what is told. */
		if (status != LAUNCHER_INACTIVE && !worst)
			worst = status;
	}
	print_states(&stamps);
	print_head("bpflock_decisions", "counter",
		   "What was decided, by program, operation and verdict.");
	for (size_t i = 0; i < launcher_count; i++)
		print_decisions(launcher_programs[i], stamps.of[i]);
	print_dropped(&stamps);
	puts("# EOF");
	stamps_free(&stamps);
	return worst;
}
