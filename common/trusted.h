/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cgroups are trusted, as --status says it. */
#ifndef BPFLOCK_TRUSTED_H
#define BPFLOCK_TRUSTED_H

#include <stdbool.h>

/*
 * Prints the cgroups that @program, which is pinned, trusts: a line each, or as @json an array,
 * null where they can't be read. Each with its number, and its path or that it is removed, where
 * that can be told.
 */
void trusted_print(const char *program, bool json);

#endif
