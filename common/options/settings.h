/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings files of a program, in the style of systemd's standard-conf. */
#ifndef BPFLOCK_SETTINGS_H
#define BPFLOCK_SETTINGS_H

#include <limits.h>

#include "options/request.h"

struct settings_error {
	char where[PATH_MAX + 16]; /* file, or file:line */
	char why[320];
};

/*
 * Adds what the settings files of @tool below @root ("" but in tests) say to @options: the
 * first TOOL.conf of /etc/bpflock, /run/bpflock and /usr/lib/bpflock, then all of their
 * TOOL.conf.d by file name, of each name the first. @kinds: what the program is, enum keys_kind.
 * Where that first TOOL.conf is /dev/null nothing more is read: it masks the program.
 * Returns 0, -EINVAL for what is wrong or unsafe, described in @error, or another negative errno
 * for what can't be read; then @error says where.
 */
int settings_read(struct options *options, const char *root, const char *tool, unsigned kinds,
		  struct settings_error *error);

/*
 * The same of the @size bytes at @text, of the file at @error->where; @line gets the line that is
 * wrong, @error only why.
 */
int settings_parse(struct options *options, const char *text, size_t size, unsigned kinds,
		   unsigned *line, struct settings_error *error);

#endif
