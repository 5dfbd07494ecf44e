/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that the kernel is told to run on the host. */
#ifndef BPFLOCK_HELPERS_H
#define BPFLOCK_HELPERS_H

/*
 * Calls @tell with each that is not a program of the system: below /usr, /bin, /sbin or /lib,
 * of root, and writable by nobody else. @what names the file that says so.
 */
void helpers_each(void (*tell)(const char *what, const char *program));

#endif
