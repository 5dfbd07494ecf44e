// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "kernel/initial.h"
#include "pins/bpffs.h"
#include "pins/pin.h"
#include "tool/explain.h"
#include "tool/place.h"
#include "words/msg.h"

int place_root(void)
{
	struct stat st;

	if (geteuid())
		msg_error("cannot lock the machine: only root can");
	else if (!stat("/proc/self/ns/user", &st) && st.st_ino != HOST_USER_NAMESPACE)
		msg_error("cannot lock the machine: only root outside of user namespaces can");
	else
		return 0;
	return EX_NOPERM;
}

int place_check(void)
{
	switch (bpffs_host()) {
	case BPFFS_SAME:
		return 0;
	case BPFFS_OTHER:
		msg_warning("'" PIN_BPFFS
			    "' is not the host's: what is pinned there ends with this "
			    "mount namespace");
		return 0;
	case BPFFS_UNKNOWN:
		msg_warning("the host's mounts can't be seen from here: if '" PIN_BPFFS
			    "' is not the host's, what is pinned there ends with this container");
		return 0;
	case BPFFS_NONE:
	default:
		msg_error("cannot mount '" PIN_BPFFS "': it would end with this mount namespace, "
			  "which is not the host's; mount the host's there");
		return EX_OSERR;
	}
}

static void explain(int err)
{
	if (err == -EAGAIN)
		msg_error("another run has locked '" PIN_ROOT "' for %d s; 'fuser " PIN_ROOT
			  "' tells which",
			  PIN_LOCK_SECONDS);
	else
		msg_error("cannot prepare '" PIN_ROOT "': %s%s", strerror(-err),
			  err == -EROFS	    ? "; remount " PIN_BPFFS " read-write"
			  : err == -EUCLEAN ? "; others than root can write there, remove it"
					    : "");
}

int place_lock(void)
{
	int fd = pin_lock();

	if (fd < 0)
		explain(fd);
	return fd;
}

int place_try(void)
{
	int err = pin_check();

	if (!err)
		return 0;
	explain(err);
	return explain_status(err);
}
