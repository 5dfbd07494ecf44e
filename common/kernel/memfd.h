/* SPDX-License-Identifier: GPL-2.0-only */
/* Files in memory that take a moment only. */
#ifndef BPFLOCK_MEMFD_H
#define BPFLOCK_MEMFD_H

/*
 * Makes one that nobody is to execute: Linux 6.3 and later log another, and refuse it where the
 * sysctl vm.memfd_noexec says so. A descriptor, which no program that is executed gets, or -1 and
 * errno. @name is what /proc calls it.
 */
int memfd_make(const char *name);

#endif
