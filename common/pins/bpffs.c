// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "kernel/initial.h"
#include "pins/bpffs.h"
#include "kernel/pseudofs.h"
#include "pins/pin.h"

/* Whether PID 1 of the proc file system at @dir is the machine's. */
static bool shows_host(int dir)
{
	struct statfs fs;
	struct stat st;

	return dir >= 0 && !fstatfs(dir, &fs) && fs.f_type == PROC_SUPER_MAGIC &&
	       !fstatat(dir, "1/ns/pid", &st, 0) && st.st_ino == HOST_PID_NAMESPACE;
}

/*
 * A proc file system that shows the machine's PID 1, or -1: what is mounted may be a
 * container's, a new one is of the pid namespace that this process is in.
 */
static int open_proc(void)
{
	int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (shows_host(dir))
		return dir;
	if (dir >= 0)
		close(dir);
	dir = pseudofs_mount("proc");
	if (shows_host(dir))
		return dir;
	if (dir >= 0)
		close(dir);
	return -1;
}

static bool is_bpffs(int dir, const char *path, dev_t *device)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;
	bool is = fd >= 0 && !fstatfs(fd, &fs) && !fstat(fd, &st) && fs.f_type == BPF_FS_MAGIC;

	if (is)
		*device = st.st_dev;
	if (fd >= 0)
		close(fd);
	return is;
}

/* "self" is nothing in the proc file system of a namespace that this process is not in. */
static bool same_mounts(int proc)
{
	struct stat mine, host;

	return !fstatat(proc, "self/ns/mnt", &mine, 0) && !fstatat(proc, "1/ns/mnt", &host, 0) &&
	       mine.st_ino == host.st_ino && mine.st_dev == host.st_dev;
}

static enum bpffs compare(int proc)
{
	dev_t here, host;
	bool mounted = is_bpffs(AT_FDCWD, PIN_BPFFS, &here);

	if (proc < 0)
		return mounted ? BPFFS_UNKNOWN : BPFFS_NONE;
	if (same_mounts(proc))
		return BPFFS_SAME;
	if (!mounted)
		return BPFFS_NONE;
	return is_bpffs(proc, "1/root" PIN_BPFFS, &host) && host == here ? BPFFS_SAME : BPFFS_OTHER;
}

enum bpffs bpffs_host(void)
{
	int proc = open_proc();
	enum bpffs result = compare(proc);

	if (proc >= 0)
		close(proc);
	return result;
}

int bpffs_host_mounts(void)
{
	int proc = open_proc(), fd = -1;

	if (proc >= 0 && !same_mounts(proc) && compare(proc) == BPFFS_SAME)
		fd = openat(proc, "1/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (proc >= 0)
		close(proc);
	return fd;
}
