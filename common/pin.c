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
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "pin.h"

#define DROPPED_MAX 64

void pin_path(char path[PIN_PATH_MAX], const char *program, const char *name)
{
	snprintf(path, PIN_PATH_MAX, PIN_ROOT "/%s%s%s", program, name ? "/" : "",
		 name ? name : "");
}

static int mount_bpffs(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	struct statfs fs;
	int fd, err = 0;

	if (statfs(PIN_BPFFS, &fs))
		return -errno;
	if (fs.f_type == BPF_FS_MAGIC)
		return 0;
	fd = open(PIN_BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Two that mount here would hide each other's pins. Any user can have this lock: 5 s. */
	for (int i = 0; i < 500 && flock(fd, LOCK_EX | LOCK_NB); i++)
		nanosleep(&pause, NULL);
	if (statfs(PIN_BPFFS, &fs) ||
	    (fs.f_type != BPF_FS_MAGIC &&
	     mount("bpf", PIN_BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700")))
		err = -errno;
	close(fd);
	return err;
}

/* Opens and locks PIN_ROOT, if nobody but root can write there. */
static int lock_root(int operation)
{
	int fd = open(PIN_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		return -errno;
	/* On a bpffs of mode 1777, its default, any user can have made it. */
	if (fstat(fd, &st))
		err = -errno;
	else
		err = st.st_uid || st.st_mode & 022 ? -EUCLEAN : 0;
	while (!err && flock(fd, operation))
		err = errno == EINTR ? 0 : -errno;
	if (err)
		close(fd);
	return err ? err : fd;
}

int pin_lock(void)
{
	int err = mount_bpffs();

	if (!err && mkdir(PIN_ROOT, 0700) && errno != EEXIST)
		err = -errno;
	return err ? err : lock_root(LOCK_EX);
}

int pin_watch(void)
{
	return lock_root(LOCK_SH);
}

bool pin_exists(const char *program, const char *name)
{
	char path[PIN_PATH_MAX];

	pin_path(path, program, name);
	return !access(path, F_OK);
}

bool pin_overmounted(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	int bpffs = 0, sysfs = 0;
	struct mntent *entry;

	while (mounts && (entry = getmntent(mounts))) {
		bpffs += !strcmp(entry->mnt_dir, PIN_BPFFS);
		sysfs += !strcmp(entry->mnt_dir, "/sys") || !strcmp(entry->mnt_dir, "/sys/fs");
	}
	if (mounts)
		endmntent(mounts);
	return bpffs > 1 || sysfs > 1;
}

int pin_skipped(const char *program, const char *name, __u64 *runs)
{
	struct bpf_link_info link = { 0 };
	struct bpf_prog_info info = { 0 };
	__u32 link_size = sizeof(link), info_size = sizeof(info);
	char path[PIN_PATH_MAX];
	int fd, prog = -1, err = 0;

	pin_path(path, program, name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -errno;
	if (!bpf_obj_get_info_by_fd(fd, &link, &link_size))
		prog = bpf_prog_get_fd_by_id(link.prog_id);
	if (prog < 0 || bpf_obj_get_info_by_fd(prog, &info, &info_size))
		err = -errno;
	*runs = info.recursion_misses;
	close(fd);
	if (prog >= 0)
		close(prog);
	return err;
}

/*
 * What was behind removed pins. A link whose last pin goes is detached only after
 * an RCU grace period (fs/inode.c: destroy_inode, then kernel/bpf/syscall.c:
 * bpf_link_free), so what was dropped still decides; and on, if somebody holds it.
 */
struct dropped {
	__u32 links[DROPPED_MAX];
	__u32 programs[DROPPED_MAX];
	int count;
	bool unknown; /* bpf(2) is shut: there may be some */
};

static void dropped_note(struct dropped *dropped, const char *path)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) || dropped->count == DROPPED_MAX) {
		dropped->unknown = true;
	} else {
		dropped->links[dropped->count] = info.id;
		dropped->programs[dropped->count++] = info.prog_id;
	}
	if (fd >= 0)
		close(fd);
}

/* Whether one of @ids is still there, as @get sees it. */
static bool dropped_alive(const struct dropped *dropped, const __u32 *ids, int (*get)(__u32 id))
{
	for (int i = 0; i < dropped->count; i++) {
		int fd = get(ids[i]);

		if (fd >= 0) {
			close(fd);
			return true;
		}
	}
	return false;
}

/* Waits until what was dropped decides no more: 0, or -EBUSY where it is held. */
static int dropped_wait(const struct dropped *dropped)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	bool held = true;

	/* The link goes first; a program that is held without it decides nothing. */
	for (int i = 0; i < (held ? 1000 : 200); i++) {
		held = dropped_alive(dropped, dropped->links, bpf_link_get_fd_by_id);
		if (!held && !dropped->unknown &&
		    !dropped_alive(dropped, dropped->programs, bpf_prog_get_fd_by_id))
			break;
		nanosleep(&pause, NULL);
	}
	return held ? -EBUSY : 0;
}

/* What an administrator granted on the old holds for the new. */
static void keep_mode(const char *old, const char *new)
{
	struct stat st;

	if (stat(old, &st))
		return;
	if (chmod(new, st.st_mode & 07777) || chown(new, st.st_uid, st.st_gid))
		chmod(new, S_ISDIR(st.st_mode) ? 0700 : 0400);
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Removes a directory and all in it, to @dropped what was pinned. */
static int remove_set(const char *path, struct dropped *dropped)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0, failed;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		char below[PIN_PATH_MAX];

		if (is_dots(entry->d_name))
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >=
		    (int)sizeof(below)) {
			err = -ENAMETOOLONG;
			continue;
		}
		if (entry->d_type == DT_DIR) {
			failed = remove_set(below, dropped);
		} else {
			dropped_note(dropped, below);
			failed = unlink(below) ? -errno : 0;
		}
		if (failed)
			err = failed;
	}
	closedir(dir);
	return err ? err : rmdir(path) ? -errno : 0;
}

/* Sets of pins on their way in or out stand beside the one that counts. */
static bool is_beside(const char *program, const char *name)
{
	size_t length = strlen(program);

	return !strncmp(name, program, length) && name[length] == '-';
}

/* Makes such a set, empty. bpffs refuses a dot in a name (kernel/bpf/inode.c: bpf_lookup). */
static int make_beside(char path[PIN_PATH_MAX], const char *program)
{
	char name[64];

	for (int i = 1; i < 1000; i++) {
		snprintf(name, sizeof(name), "%.40s-%d", program, i);
		pin_path(path, name, NULL);
		if (!mkdir(path, 0700))
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -errno;
}

bool pin_unfinished(const char *program)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	bool found = false;

	while (root && !found && (entry = readdir(root)))
		found = is_beside(program, entry->d_name);
	if (root)
		closedir(root);
	return found;
}

/* Moves a whole set to @path in one step; what was there is then beside. */
static int put_in_place(const char *set, const char *path, const char *program)
{
	char old[PIN_PATH_MAX];
	int err;

	if (!renameat2(AT_FDCWD, set, AT_FDCWD, path, RENAME_EXCHANGE))
		return 0;
	if (errno == ENOENT)
		return rename(set, path) ? -errno : 0;
	if (errno != EINVAL)
		return -errno;
	/* Linux 5.10 can't exchange on bpffs: for a moment both are beside, and decide. */
	err = make_beside(old, program);
	if (err)
		return err;
	if (rename(path, old)) {
		err = -errno;
		rmdir(old);
	} else if (rename(set, path)) {
		err = -errno;
		rename(old, path);
	}
	return err;
}

int pin_replace(const char *program, const struct pin_link *links, int count)
{
	char set[PIN_PATH_MAX], path[PIN_PATH_MAX], from[PIN_PATH_MAX], to[PIN_PATH_MAX + 64];
	struct dropped dropped = { 0 };
	int err = make_beside(set, program);

	if (err)
		return err;
	for (int i = 0; i < count && !err; i++) {
		pin_path(from, program, links[i].name);
		snprintf(to, sizeof(to), "%s/%s", set, links[i].name);
		err = bpf_link__pin(links[i].link, to);
		keep_mode(from, to);
	}
	pin_path(path, program, NULL);
	keep_mode(path, set);
	if (!err)
		err = put_in_place(set, path, program);
	if (err)
		remove_set(set, &dropped);
	return err;
}

/* Removes what is beside; -ENOENT where nothing is. */
static int remove_beside(const char *program)
{
	DIR *root = opendir(PIN_ROOT);
	struct dropped dropped = { 0 };
	struct dirent *entry;
	int err = root ? -ENOENT : -errno;

	while (root && (errno = 0, entry = readdir(root))) {
		char path[PIN_PATH_MAX];
		int failed;

		if (!is_beside(program, entry->d_name))
			continue;
		pin_path(path, entry->d_name, NULL);
		failed = remove_set(path, &dropped);
		if (failed || err == -ENOENT)
			err = failed;
	}
	if (root && errno)
		err = -errno;
	if (root)
		closedir(root);
	return err ? err : dropped_wait(&dropped);
}

int pin_sweep(const char *program)
{
	int err = remove_beside(program);

	return err == -ENOENT ? 0 : err;
}

int pin_remove(const char *program)
{
	char path[PIN_PATH_MAX], old[PIN_PATH_MAX];
	int err = make_beside(old, program);

	if (err)
		return err;
	/* In one step, so that no part of a set ever passes for one. */
	pin_path(path, program, NULL);
	if (rename(path, old)) {
		err = -errno;
		rmdir(old);
		if (err != -ENOENT)
			return err;
	}
	return remove_beside(program);
}
