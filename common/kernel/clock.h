/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock that records and pins are timed by. */
#ifndef BPFLOCK_CLOCK_H
#define BPFLOCK_CLOCK_H

#include <stdio.h>

#include <linux/types.h>

/* Now, in ns since boot, suspends included (CLOCK_BOOTTIME). */
__u64 clock_boottime(void);

/* Writes @ns, such a time, as UTC: 2022-02-11T11:23:58Z. */
void clock_print(FILE *stream, __u64 ns);

/*
 * The moment that @text names, as such a time, goes to @ns; 0 where that was before the boot. It is
 * 2022-02-11T11:23:58Z as above, the same without Z or with a blank for the T in local time, a day
 * alone, @SECONDS of UTC, or how long ago: 90s, 10m, 2h, 7d. Returns 0 or -EINVAL.
 */
int clock_parse(const char *text, __u64 *ns);

#define CLOCK_FORMS "2022-02-11T11:23:58Z, 2022-02-11, @SECONDS or how long ago, as 10m, 2h or 7d"

#endif
