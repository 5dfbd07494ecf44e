// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pins/bpffs.h"
#include "pins/pin.h"
#include "try.h"

/* A folder of pins that do not count, which whoever made it can remove: see keep.bpf.h. */
#define ASIDE PIN_ROOT "/try-%d"

/*
 * Who is in a user namespace the kernel may refuse before it asks, by the mode of a file too; in a
 * BPF file system that is read-only there is nothing to try.
 */
static int refused(long ret)
{
	if (ret < 0 && errno == EROFS)
		return -ESRCH;
	return ret < 0 && (errno == EPERM || errno == EACCES) ? -EPERM : 0;
}

/* Where the pins are mounted for the host. */
static int go_to_host(void)
{
	int host = bpffs_host_mounts(), ret = 0;

	if (host >= 0) {
		ret = setns(host, CLONE_NEWNS);
		close(host);
	}
	return ret;
}

/* What is noted of this program's own pins, put back where that is allowed. */
int try_unlink(unsigned int op)
{
	char path[PIN_PATH_MAX], text[4096];
	ssize_t length;
	int ret;

	(void)op;
	pin_path(path, "pinlock", "programs");
	length = readlink(path, text, sizeof(text) - 1);
	if (length < 0)
		return errno == ENOENT ? -ESRCH : refused(-1);
	text[length] = '\0';
	ret = unlink(path);
	if (!ret && symlink(text, path))
		return 0;
	return refused(ret);
}

/* Not empty: refused once it was asked about. */
int try_rmdir(unsigned int op)
{
	char aside[PIN_PATH_MAX];
	int ret;

	(void)op;
	snprintf(aside, sizeof(aside), ASIDE, getpid());
	if (mkdir(aside, 0700))
		return refused(-1);
	ret = refused(rmdir(PIN_ROOT));
	rmdir(aside);
	return ret;
}

/* Over one that is not empty. */
int try_rename(unsigned int op)
{
	char over[PIN_PATH_MAX], below[PIN_PATH_MAX + 8];
	int ret = -1;

	(void)op;
	snprintf(over, sizeof(over), PIN_BPFFS "/bpflock-try-%d", getpid());
	snprintf(below, sizeof(below), "%s/below", over);
	if (mkdir(over, 0700))
		return refused(-1);
	if (!mkdir(below, 0700)) {
		ret = rename(PIN_ROOT, over);
		ret = refused(ret);
		rmdir(below);
	}
	rmdir(over);
	return ret;
}

/* Refused after it was asked about: a mount does not both expire and go at once. */
int try_umount(unsigned int op)
{
	(void)op;
	if (go_to_host())
		return refused(-1);
	return refused(umount2(PIN_BPFFS, MNT_EXPIRE | MNT_DETACH));
}

/* Whether what is mounted at @point last shares what is mounted there with others. */
static bool is_shared(FILE *mounts, const char *point)
{
	char line[PIN_PATH_MAX * 2], at[PIN_PATH_MAX];
	bool shared = false;

	while (fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*u %*u %*s %*s %319s", at) == 1 && !strcmp(at, point))
			shared = strstr(line, " shared:");
	return shared;
}

/* Where sysfs is bound, in a mount namespace of its own, by which nobody else sees it. */
#define AROUND "/proc"
#define WITHIN AROUND "/sys"

static bool bind_around(void)
{
	FILE *mounts;
	bool shared;

	if (bpffs_host() != BPFFS_SAME || go_to_host() || unshare(CLONE_NEWNS))
		return false;
	mounts = fopen("/proc/self/mountinfo", "re");
	if (!mounts)
		return false;
	shared = !mount(NULL, AROUND, NULL, MS_PRIVATE, NULL) &&
		 !mount("none", AROUND, "tmpfs", 0, NULL) && !mkdir(WITHIN, 0700) &&
		 !mount("/sys", WITHIN, NULL, MS_BIND | MS_REC, NULL) && is_shared(mounts, WITHIN);
	fclose(mounts);
	return shared;
}

/* As above, of what the pins lie below once more: by that alone it would go on the host too. */
int try_umount_lazily(unsigned int op)
{
	(void)op;
	/* That it can't be had is no denial. */
	return bind_around() ? refused(umount2(AROUND, MNT_EXPIRE | MNT_DETACH)) : -ESRCH;
}

/* What is not the root of a mount can't be moved, nor made the root. */
#define NO_MOUNT "/proc/self/task"
#define NO_FOLDER "/proc/self/stat"

int try_move(unsigned int op)
{
	(void)op;
	if (go_to_host())
		return refused(-1);
	return refused(mount(NO_MOUNT, PIN_BPFFS, NULL, MS_MOVE, NULL));
}

/* A folder can't be mounted on what is none. */
int try_move_mount(unsigned int op)
{
	(void)op;
	if (go_to_host())
		return refused(-1);
	return refused(move_mount(AT_FDCWD, PIN_BPFFS, AT_FDCWD, NO_FOLDER, 0));
}

int try_pivot_root(unsigned int op)
{
	(void)op;
	if (go_to_host())
		return refused(-1);
	return refused(syscall(SYS_pivot_root, NO_MOUNT, NO_MOUNT));
}
