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

/* bpffs refuses a dot in a name (kernel/bpf/inode.c: bpf_lookup). */
#define NEXT "-next"
#define DROPPED_MAX 64

void pin_path(char path[PIN_PATH_MAX], const char *program, const char *suffix, const char *name)
{
	snprintf(path, PIN_PATH_MAX, PIN_ROOT "/%s%s%s%s", program, suffix, name ? "/" : "",
		 name ? name : "");
}

int pin_lock(void)
{
	struct statfs fs;
	int fd;

	if (statfs(PIN_BPFFS, &fs))
		return -errno;
	if (fs.f_type != BPF_FS_MAGIC &&
	    mount("bpf", PIN_BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return -errno;
	if (mkdir(PIN_ROOT, 0700) && errno != EEXIST)
		return -errno;
	fd = open(PIN_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX)) {
		if (errno != EINTR) {
			int err = -errno;

			close(fd);
			return err;
		}
	}
	return fd;
}

bool pin_exists(const char *program, const char *name)
{
	char path[PIN_PATH_MAX];

	pin_path(path, program, "", name);
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

	pin_path(path, program, "", name);
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
 * The programs behind the pins of a directory. A link whose last pin goes is
 * detached only after an RCU grace period (fs/inode.c: destroy_inode, then
 * kernel/bpf/syscall.c: bpf_link_free), so what was dropped still decides.
 */
struct dropped {
	__u32 ids[DROPPED_MAX];
	int count;
	bool unknown; /* bpf(2) is shut: there may be some */
};

static void dropped_note(struct dropped *dropped, const char *path)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) || dropped->count == DROPPED_MAX)
		dropped->unknown = true;
	else
		dropped->ids[dropped->count++] = info.prog_id;
	if (fd >= 0)
		close(fd);
}

static bool dropped_alive(const struct dropped *dropped)
{
	for (int i = 0; i < dropped->count; i++) {
		int fd = bpf_prog_get_fd_by_id(dropped->ids[i]);

		if (fd >= 0) {
			close(fd);
			return true;
		}
	}
	return dropped->unknown;
}

/* Waits until what was dropped decides no more, two seconds at the most. */
static void dropped_wait(const struct dropped *dropped)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < 200 && dropped_alive(dropped); i++)
		nanosleep(&pause, NULL);
}

static void dropped_note_all(struct dropped *dropped, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char name[PIN_PATH_MAX + 256];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		dropped_note(dropped, name);
	}
	if (dir)
		closedir(dir);
}

static bool pin_kept(const char *name, const struct pin_link *links, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(links[i].name, name))
			return true;
	return false;
}

/* What an administrator granted on the old pin holds for the new. */
static void keep_mode(const char *old, const char *new)
{
	struct stat st;

	if (stat(old, &st))
		return;
	if (chmod(new, st.st_mode & 07777) || chown(new, st.st_uid, st.st_gid))
		chmod(new, 0400);
}

/* Removes from the directory all but the names in @links. */
static int prune(const char *path, const struct pin_link *links, int count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!pin_kept(entry->d_name, links, count) &&
		    unlinkat(dirfd(dir), entry->d_name, 0))
			err = -errno;
	}
	closedir(dir);
	return err;
}

static int remove_directory(const char *path)
{
	int err = prune(path, NULL, 0);

	if (err)
		return err;
	return rmdir(path) ? -errno : 0;
}

int pin_replace(const char *program, const struct pin_link *links, int count)
{
	char next[PIN_PATH_MAX], path[PIN_PATH_MAX], from[PIN_PATH_MAX], to[PIN_PATH_MAX];
	struct dropped dropped = { 0 };
	int err;

	pin_path(next, program, NEXT, NULL);
	pin_path(path, program, "", NULL);
	dropped_note_all(&dropped, path);
	err = remove_directory(next);
	if (err && err != -ENOENT)
		return err;
	if (mkdir(next, 0700))
		return -errno;
	for (int i = 0; i < count; i++) {
		pin_path(to, program, NEXT, links[i].name);
		err = bpf_link__pin(links[i].link, to);
		if (err)
			goto undo;
	}
	if (mkdir(path, 0700) && errno != EEXIST) {
		err = -errno;
		goto undo;
	}
	/* rename(2) over a pin drops the old link; Linux 5.10 has no exchange on bpffs. */
	for (int i = 0; i < count; i++) {
		pin_path(from, program, NEXT, links[i].name);
		pin_path(to, program, "", links[i].name);
		keep_mode(to, from);
		if (rename(from, to)) {
			err = -errno;
			goto undo;
		}
	}
	err = prune(path, links, count);
	dropped_wait(&dropped);
undo:
	remove_directory(next);
	return err;
}

int pin_remove(const char *program)
{
	char next[PIN_PATH_MAX], path[PIN_PATH_MAX];
	struct dropped dropped = { 0 };
	int err;

	pin_path(next, program, NEXT, NULL);
	pin_path(path, program, "", NULL);
	dropped_note_all(&dropped, next);
	dropped_note_all(&dropped, path);
	err = remove_directory(next);
	if (!err || err == -ENOENT)
		err = remove_directory(path);
	dropped_wait(&dropped);
	return err;
}
