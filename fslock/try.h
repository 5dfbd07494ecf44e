/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Harmless ways to have the kernel ask about each operation: tests, as struct tool_test's try() is
 * described. What may count as its parent does executes nothing, so a child of it tries.
 */
#ifndef BPFLOCK_TRY_H
#define BPFLOCK_TRY_H

#include <stdbool.h>

int try_mount(unsigned int op);		/* mount(2) of what can't be */
int try_bind_writable(unsigned int op); /* mount(2) of a mount of its own that is read-only */
int try_reconfigure(unsigned int op);	/* fspick(2), /proc as it is */
int try_writable(unsigned int op);	/* fsconfig(2), of a filesystem of its own */
int try_create(unsigned int op);	/* fsconfig(2), of one too */
int try_source(unsigned int op);	/* fsconfig(2), of what needs a block device */
int try_release_agent(unsigned int op); /* fsconfig(2), of version 1 of cgroups */
int try_move_mount(unsigned int op);	/* move_mount(2) of what is no mount */
int try_umount(unsigned int op);	/* umount2(2), with flags that exclude each other */
int try_pivot_root(unsigned int op);	/* pivot_root(2) to what is no mount */
int try_open_tree(unsigned int op);	/* open_tree(2) of what is not there */
int try_attributes(unsigned int op);	/* mount_setattr(2), without attributes */
int try_device_write(unsigned int op);	/* opens some block device for writing */
int try_sysfs(unsigned int op);		/* opens a parameter of the kernel */
int try_open_helper(unsigned int op);	/* opens core_pattern */
int try_sysrq(unsigned int op);		/* opens it */
int try_watch(unsigned int op);		/* marks the mount of /proc, and closes that */
int try_sysctl(unsigned int op);	/* writes nothing to one */
int try_core_pattern(unsigned int op);	/* writes nothing to it */

/* Whether this kernel has mount_setattr(2). */
bool try_has_attributes(void);

#endif
