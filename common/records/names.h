/* SPDX-License-Identifier: GPL-2.0-only */
/* The names that are kept of a cgroup or an executable, as a path. */
#ifndef BPFLOCK_NAMES_H
#define BPFLOCK_NAMES_H

#include <stddef.h>

#include "abi/record.h"

/* From the root of the hierarchy; ends in "/..." where it goes on below what is kept. */
void names_of_cgroup(const struct record_names *names, char *path, size_t size);

/* Inside its filesystem; begins with ".../" where only its end is kept, and is a name where it has
 * no path. */
void names_of_exe(const struct record_names *names, char *path, size_t size);

#endif
