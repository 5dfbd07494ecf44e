/* SPDX-License-Identifier: GPL-2.0-only */
/* --path: folders of the BPF file system whose pins are others', and kept too. */
#ifndef BPFLOCK_FOLDERS_H
#define BPFLOCK_FOLDERS_H

#include "options/request.h"
#include "pinlock.h"

/*
 * Finds the folders that @options ask for, and what these are in. Returns how many of them there
 * are, or -1 after having said why: one has to be there, in the BPF file system that the suite's
 * own pins are in, whose mounts are kept.
 */
int folders_find(const struct options *options, struct pinlock_folders *to);

#endif
