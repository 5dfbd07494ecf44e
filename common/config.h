/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings files of a program, in the style of systemd's standard-conf. */
#ifndef BPFLOCK_CONFIG_H
#define BPFLOCK_CONFIG_H

#include <limits.h>

#include "options.h"

struct config_error {
	char where[PATH_MAX + 16]; /* file, or file:line */
	char why[256];
};

/*
 * Adds what the settings files of @program below @root ("" but in tests) say to @options: the
 * first PROGRAM.conf of /etc/bpflock, /run/bpflock and /usr/lib/bpflock, then all of their
 * PROGRAM.conf.d by file name, of each name the first. @origins: the program has origins.
 * Returns 0, -EINVAL for what is wrong or unsafe, described in @error, or another negative errno
 * for what can't be read; then @error says where.
 */
int config_read(struct options *options, const char *root, const char *program, bool origins,
		struct config_error *error);

/* The same of the @size bytes at @text, which are changed; @error: the line, and why. */
int config_parse(struct options *options, char *text, size_t size, bool origins, unsigned *line,
		 char *why, size_t why_size);

#endif
