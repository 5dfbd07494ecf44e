// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/clock.h"

static __u64 nanoseconds(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
}

#define BOOTED_PRECISION 10000000 /* ns */

__u64 clock_boottime(void)
{
	return nanoseconds(CLOCK_BOOTTIME);
}

/* When the machine was booted, as the clock is set now: rounded, so that all get the same. */
static __u64 booted(void)
{
	__u64 before, between, after;
	int tries = 10;

	do {
		before = clock_boottime();
		between = nanoseconds(CLOCK_REALTIME);
		after = clock_boottime();
	} while (after - before > BOOTED_PRECISION / 100 && --tries);
	between -= before;
	return between - between % BOOTED_PRECISION;
}

void clock_print(FILE *stream, __u64 ns)
{
	__u64 wall = ns + booted();
	time_t seconds = (time_t)(wall / 1000000000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fputs(text, stream);
}

#define SECOND 1000000000ULL
/* More than that is no time: in ns it is no number of 64 bits with a sign. */
#define SECONDS_MAX (INT64_MAX / SECOND)

/* @text is digits and then nothing but @end: the number, SECONDS_MAX at most. */
static bool read_number(const char *text, char *end, unsigned long long *number)
{
	char *after;

	errno = 0;
	*number = isdigit((unsigned char)*text) ? strtoull(text, &after, 10) : 0;
	if (!isdigit((unsigned char)*text) || errno || *number > SECONDS_MAX || strlen(after) > 1)
		return false;
	*end = *after;
	return true;
}

static bool ago(const char *text, unsigned long long *seconds)
{
	static const struct {
		char unit;
		unsigned seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	char unit;

	if (!read_number(text, &unit, seconds))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == unit) {
			*seconds *= units[i].seconds;
			return true;
		}
	return false;
}

/* Seconds of UTC; -1: it is none. */
static time_t date(const char *text)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S",
					     "%Y-%m-%d %H:%M:%S", "%Y-%m-%d" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, forms[i], &tm);
		struct tm given = tm;
		time_t seconds;

		if (!end || *end)
			continue;
		seconds = i ? mktime(&tm) : timegm(&tm);
		/* Of a month that has no such day it would be one of the next. */
		return given.tm_mday > 28 && tm.tm_mon != given.tm_mon ? -1 : seconds;
	}
	return -1;
}

int clock_parse(const char *text, __u64 *ns)
{
	__u64 now = clock_boottime(), start = booted();
	unsigned long long seconds;
	time_t wall;
	char end;

	if (ago(text, &seconds)) {
		*ns = seconds <= now / SECOND ? now - seconds * SECOND : 0;
		return 0;
	}
	if (*text == '@')
		wall = read_number(text + 1, &end, &seconds) && !end ? (time_t)seconds : -1;
	else
		wall = date(text);
	if (wall < 0 || (__u64)wall > SECONDS_MAX)
		return -EINVAL;
	*ns = (__u64)wall * SECOND > start ? (__u64)wall * SECOND - start : 0;
	return 0;
}
