/* SPDX-License-Identifier: GPL-2.0-only */
/* What --version prints. */
#ifndef BPFLOCK_VERSION_H
#define BPFLOCK_VERSION_H

#include <stdio.h>

/*
 * Writes to @stream that this is @tool of this version, and a line for each erratum that is fixed
 * in it. Both come from the files VERSION and doc/errata.md. Write errors are left in @stream.
 */
void version_print(FILE *stream, const char *tool);

#endif
