/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gives up where somebody delays what is read of the kernel. Who has CAP_SYS_ADMIN, in a container
 * too, can have each opening of a file of sysfs, securityfs, debugfs, devtmpfs or cgroup2 wait for
 * his permission (fanotify(7)), and who waits can only be killed (fs/notify/fanotify/fanotify.c:
 * fanotify_get_response).
 */
#ifndef BPFLOCK_DELAYED_H
#define BPFLOCK_DELAYED_H

/* How long somebody may delay what the suite reads of the kernel, or a test of it. */
#define DELAY_SECONDS 6

/* What can be said of who it is. */
#define DELAYED_WHO "'grep -l ^fanotify /proc/[0-9]*/fdinfo/*' tells who can"

/*
 * From here to delayed_done() the process ends with EX_OSERR, after saying that it cannot read
 * @what, when the calling thread neither ends this nor works for some seconds. Where no thread can
 * be had it waits. Nothing that is in force changes.
 */
void delayed_watch(const char *what);

void delayed_done(void);

#endif
