/* SPDX-License-Identifier: GPL-2.0-only */
/* The filesystem that / of the initial namespaces is on, and the modules of the running kernel. */
#ifndef BPFLOCK_ROOT_H
#define BPFLOCK_ROOT_H

#include <stdbool.h>
#include <stdint.h>

struct root {
	uint32_t device; /* as the kernel has it: major << 20 | minor */
	char type[32];	 /* ext4, overlay, ... */
	bool read_only;	 /* the filesystem, not only a mount of it */
	bool has_device; /* a block device */
	bool device_read_only;
};

/*
 * Finds it by PID 1 of the initial pid namespace. Returns 0, -ESRCH where /proc is
 * not that of the initial pid namespace, or another negative errno.
 */
int root_find(struct root *root);

/* Whether /lib/modules of the running kernel is on another filesystem than @root. */
bool root_modules_elsewhere(const struct root *root);

/*
 * Whether the modules of the running kernel are in compressed files that modprobe
 * loads from memory: it is older than kmod 31, or the kernel can't decompress them
 * (CONFIG_MODULE_DECOMPRESS). Their suffix goes to @suffix.
 */
bool root_modules_from_memory(char suffix[8]);

#endif
