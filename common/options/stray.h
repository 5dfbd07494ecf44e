/* SPDX-License-Identifier: GPL-2.0-only */
/* Files among the settings that no program reads, because their names are wrong. */
#ifndef BPFLOCK_STRAY_H
#define BPFLOCK_STRAY_H

#include <stdbool.h>

/*
 * Those in /etc/bpflock below @root ("" but in tests) that @tool is to tell of, quoted and
 * comma-separated, with what was meant; the caller frees, NULL: none. Of a name that is nearly that
 * of a program's that one tells, of any other every program, but not where another program of the
 * same run does (@among).
 */
char *stray_find(const char *root, const char *tool, bool among);

#endif
