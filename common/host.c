// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "host.h"
#include "kernel.h"
#include "pin.h"

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
	dir = kernel_mount("proc");
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

static enum host_bpffs compare(int proc)
{
	dev_t here, host;
	bool mounted = is_bpffs(AT_FDCWD, PIN_BPFFS, &here);

	if (proc < 0)
		return mounted ? HOST_BPFFS_UNKNOWN : HOST_BPFFS_NONE;
	if (same_mounts(proc))
		return HOST_BPFFS_SAME;
	if (!mounted)
		return HOST_BPFFS_NONE;
	return is_bpffs(proc, "1/root" PIN_BPFFS, &host) && host == here ? HOST_BPFFS_SAME
									 : HOST_BPFFS_OTHER;
}

enum host_bpffs host_bpffs(void)
{
	int proc = open_proc();
	enum host_bpffs result = compare(proc);

	if (proc >= 0)
		close(proc);
	return result;
}
