/* SPDX-License-Identifier: GPL-2.0-only */
/* The first line of a file. */
#ifndef BPFLOCK_LINE_H
#define BPFLOCK_LINE_H

#include <stddef.h>

/*
 * Reads the first line of @path below the folder @dir (AT_FDCWD: the working directory), without
 * its end, cut to @size. Returns 0 or a negative errno.
 */
int line_read(int dir, const char *path, char *line, size_t size);

#endif
