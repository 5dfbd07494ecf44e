// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "pins/objects.h"
#include "pins/pin.h"

void pin_path(char path[PIN_PATH_MAX], const char *tool, const char *name)
{
	snprintf(path, PIN_PATH_MAX, PIN_ROOT "/%s%s%s", tool, name ? "/" : "", name ? name : "");
}

bool pin_mounted(void)
{
	struct statfs fs;

	return !statfs(PIN_BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC;
}

/* Locks @fd: 0 or a negative errno, -EAGAIN if somebody has had the lock for all of @seconds. */
static int lock_within(int fd, int operation, int seconds)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; flock(fd, operation | LOCK_NB); i++) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || i == seconds * 100)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int mount_bpffs(void)
{
	int fd, err = 0;

	if (pin_mounted())
		return 0;
	fd = open(PIN_BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Two that mount here would hide each other's pins. Any user can have this lock. */
	lock_within(fd, LOCK_EX, 5);
	if (!pin_mounted() &&
	    mount("bpf", PIN_BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		err = -errno;
	close(fd);
	return err;
}

/* On a bpffs of mode 1777, its default, any user can have made it. */
static bool is_foreign(const struct stat *st)
{
	return !S_ISDIR(st->st_mode) || st->st_uid || st->st_mode & 022;
}

bool pin_foreign(void)
{
	struct stat st;

	return !lstat(PIN_ROOT, &st) && is_foreign(&st) && !pin_overmounted();
}

/* Opens and locks PIN_ROOT, if nobody but root can write there. */
static int lock_root(int operation, int seconds)
{
	int fd = open(PIN_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else
		err = is_foreign(&st) ? -EUCLEAN : 0;
	/* Who has it may have been stopped. */
	if (!err)
		err = lock_within(fd, operation, seconds);
	if (err)
		close(fd);
	return err ? err : fd;
}

int pin_lock(void)
{
	int err = mount_bpffs();

	if (!err && mkdir(PIN_ROOT, 0700) && errno != EEXIST)
		err = -errno;
	return err ? err : lock_root(LOCK_EX, PIN_LOCK_SECONDS);
}

int pin_check(void)
{
	struct statvfs fs;

	if (statvfs(PIN_BPFFS, &fs))
		return -errno;
	if (pin_foreign())
		return -EUCLEAN;
	return pin_mounted() && fs.f_flag & ST_RDONLY ? -EROFS : 0;
}

int pin_watch(void)
{
	return lock_root(LOCK_SH, PIN_WATCH_SECONDS);
}

bool pin_exists(const char *tool, const char *name)
{
	char path[PIN_PATH_MAX];

	pin_path(path, tool, name);
	return !access(path, F_OK);
}

bool pin_marked(const char *tool)
{
	char path[PIN_PATH_MAX];
	struct stat st;

	pin_path(path, tool ? tool : PIN_SEALED, tool ? PIN_SEALED : NULL);
	return !lstat(path, &st);
}

bool pin_attach_denied(void)
{
	return bpf_prog_attach(-1, -1, BPF_CGROUP_SYSCTL, 0) && errno == EPERM;
}

bool pin_sealed(void)
{
	bool marked = pin_marked(NULL);
	DIR *root = marked ? NULL : opendir(PIN_ROOT);
	struct dirent *entry;

	while (root && !marked && (entry = readdir(root)))
		marked = entry->d_name[0] != '.' && !strchr(entry->d_name, '-') &&
			 pin_marked(entry->d_name);
	if (root)
		closedir(root);
	return marked && rmdir(PIN_ROOT) && errno == EPERM && pin_attach_denied();
}

bool pin_overmounted(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	int bpffs = 0, sysfs = 0, below = 0;
	struct mntent *entry;

	while (mounts && (entry = getmntent(mounts))) {
		bpffs += !strcmp(entry->mnt_dir, PIN_BPFFS);
		below += !strcmp(entry->mnt_dir, PIN_ROOT) ||
			 !strncmp(entry->mnt_dir, PIN_ROOT "/", strlen(PIN_ROOT "/"));
		sysfs += !strcmp(entry->mnt_dir, "/sys") || !strcmp(entry->mnt_dir, "/sys/fs");
	}
	if (mounts)
		endmntent(mounts);
	return bpffs > 1 || sysfs > 1 || below;
}

int pin_skipped(const char *tool, const char *name, __u64 *runs)
{
	struct bpf_link_info link;
	struct bpf_prog_info info;
	char path[PIN_PATH_MAX];
	int fd, prog = -1, err = 0;

	pin_path(path, tool, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -errno;
	if (objects_link(fd, &link))
		prog = bpf_prog_get_fd_by_id(link.prog_id);
	if (!objects_prog(prog, &info, NULL, 0))
		err = -errno;
	*runs = info.recursion_misses;
	close(fd);
	if (prog >= 0)
		close(prog);
	return err;
}
