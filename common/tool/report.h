/* SPDX-License-Identifier: GPL-2.0-only */
/* What --status prints. */
#ifndef BPFLOCK_REPORT_H
#define BPFLOCK_REPORT_H

#include <stdbool.h>

#include "records/records.h"
#include "tool/status.h"

/* What is known of a program; of no policy where state.frozen.version is 0. */
struct report {
	const struct tool *tool;
	const struct operations *ops;
	const struct bpf_object *object;
	struct records_state state;
	struct status_result result;
	bool verbose;	 /* the tests too */
	bool sealed;	 /* it says so, and so does the kernel */
	bool unfinished; /* what an interrupted run left decides too */
	size_t kept;
	__u64 dropped;
};

/* Prints it to standard output, as some lines of text or as one of JSON. */
void report_print(const struct report *report, bool json);

#endif
