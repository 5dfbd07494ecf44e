/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the modules of the running kernel are, and how they are loaded. */
#ifndef BPFLOCK_MODULES_H
#define BPFLOCK_MODULES_H

#include <stdbool.h>

#include "kernel/root.h"

/* Whether /lib/modules of the running kernel is on another filesystem than @root. */
bool modules_elsewhere(const struct root *root);

/*
 * Whether the modules of the running kernel are in compressed files that modprobe
 * loads from memory: it is older than kmod 31, or the kernel can't decompress them
 * (CONFIG_MODULE_DECOMPRESS). Their suffix goes to @suffix.
 */
bool modules_from_memory(char suffix[8]);

#endif
