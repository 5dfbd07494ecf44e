/* SPDX-License-Identifier: GPL-2.0-only */
/* The filesystem that / of the initial namespaces is on. */
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

/*
 * The same of the filesystem that @path is on, which is below /proc/1/root; what is told of the
 * block device stays as it was. Returns 0 or a negative errno.
 */
int root_find_mount(const char *path, struct root *root);

#endif
