/* SPDX-License-Identifier: GPL-2.0-only */
/* What the benchmark does over and over. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

struct row {
	const char *name;
	/* Does it once; where it is denied that is measured, too. */
	void (*run)(void);
	int batch; /* how often between two looks at the clock; 0: once in each of many processes */
	/* It waits for others: what this process works is counted, or what its children do. */
	enum { NO_SLEEP, SLEEPS, CHILDREN_WORK } sleeps;
	const char *columns; /* measured in those that match this pattern; null: in all */
};

/* In the order of the table, up to one without a name. */
extern const struct row rows[];

/* What makes a record of the calling process. */
void row_fill(void);

/* Opens what the rows need, before anything is loaded. */
void rows_prepare(void);

#endif
