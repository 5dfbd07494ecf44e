/* SPDX-License-Identifier: GPL-2.0-only */
/* Who uses BPF now, by open descriptors. */
#ifndef BPFLOCK_HOLDERS_H
#define BPFLOCK_HOLDERS_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Writes a comma-separated list of the processes that hold BPF objects, each name
 * once, escaped, without this process; with @inside only those in another pid
 * namespace than it. Returns how many names there are.
 */
int holders_list(FILE *stream, bool inside);

#endif
