/* SPDX-License-Identifier: GPL-2.0-only */
/* The one command line of the suite. */
#ifndef BPFLOCK_OPTIONS_H
#define BPFLOCK_OPTIONS_H

#include <stdbool.h>

#include "options/request.h"

/* What --help says of one program. */
struct options_help {
	const char *purpose;
	const char *examples;
	unsigned kinds; /* enum keys_kind, or-ed: what the program is */
};

/*
 * Parses the command line, and with --boot or --config the settings files; on a wrong one says so
 * in one line and exits with EX_USAGE or EX_CONFIG.
 */
void options_parse(struct options *options, const struct options_help *help, int argc, char **argv);

#endif
