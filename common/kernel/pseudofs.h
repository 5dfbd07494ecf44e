/* SPDX-License-Identifier: GPL-2.0-only */
/* Pseudo file systems, whether or not they are mounted anywhere. */
#ifndef BPFLOCK_PSEUDOFS_H
#define BPFLOCK_PSEUDOFS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A mount of the pseudo file system @type that nobody else sees (fsmount(2), Linux 5.2); where a
 * program of the suite denies mounts, the one that is mounted where it usually is.
 * Returns a descriptor of its root, to be closed, or a negative errno.
 */
int pseudofs_mount(const char *type);

/* Whether one of its own can be had: then it is somebody else who denies to read what is there. */
bool pseudofs_can_mount(const char *type);

/*
 * Reads the first line of @path in the pseudo file system @type. Returns 0 or a negative errno.
 */
int pseudofs_read(const char *type, const char *path, char *line, size_t size);

#endif
