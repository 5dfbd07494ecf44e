// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/pseudofs.h"
#include "pins/bpffs.h"
#include "pins/covered.h"
#include "pins/testing.h"

/* Of a line of mountinfo, see proc_pid_mountinfo(5). */
struct mount {
	unsigned int id, parent, major, minor;
	char root[PIN_PATH_MAX], point[PIN_PATH_MAX];
};

/* One covered directory; what the child tells its parent. */
struct found {
	struct guard_covered covered;
	char place[PIN_PATH_MAX];
};

struct told {
	struct found list[GUARD_COVERED_MAX];
	int count;
	struct guard_mount mounts[GUARD_COVERED_MAX];
	int mounted;
	__u32 namespace;
	int result;
	bool ended;
};

/* Blanks, tabs, newlines and backslashes are three octal digits there (fs/proc_namespace.c). */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* The mount of number @id, or a negative errno: -ESRCH where it is not seen from here. */
static int find_mount(FILE *list, unsigned int id, struct mount *mount)
{
	char *line = NULL;
	size_t size = 0;
	int err = -ESRCH;

	rewind(list);
	while (err == -ESRCH && getline(&line, &size, list) > 0) {
		if (sscanf(line, "%u %u %u:%u %319s %319s", &mount->id, &mount->parent,
			   &mount->major, &mount->minor, mount->root, mount->point) == 6 &&
		    mount->id == id)
			err = 0;
	}
	free(line);
	if (!err) {
		unescape(mount->root);
		unescape(mount->point);
	}
	return err;
}

/* include/linux/kdev_t.h: MKDEV */
static __u64 device(unsigned int major, unsigned int minor)
{
	return (__u64)major << 20 | minor;
}

static bool is_root(const char *path)
{
	return !strcmp(path, "/");
}

/* The inode that the directory of @path has under its name, mounted on or not; 0: none. */
static __u64 listed_inode(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char folder[PIN_PATH_MAX];
	struct dirent *entry;
	__u64 inode = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	dir = opendir(folder);
	while (dir && !inode && (entry = readdir(dir)))
		if (!strcmp(entry->d_name, name))
			inode = entry->d_ino;
	if (dir)
		closedir(dir);
	return inode;
}

/*
 * What lies under @mount, which is @name on @parent: a mount of its own of the parent shows it.
 * Where another program denies that to everybody the directory is asked, which an overlay can
 * answer with another number: what is guarded then is tried like all else. 0 or a negative errno.
 */
static int stat_below(const struct mount *mount, const struct mount *parent, const char *name,
		      struct stat *st)
{
	int tree = open_tree(AT_FDCWD, parent->point, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), err;

	if (tree >= 0) {
		err = fstatat(tree, name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) ? -errno : 0;
		close(tree);
		return err;
	}
	if (errno != EPERM || stat(parent->point, st))
		return -errno;
	st->st_ino = listed_inode(mount->point);
	return st->st_ino ? 0 : -EPERM;
}

/*
 * What mount @mount, on @parent, lies on. Returns 1, 0 where it is the root of a filesystem, which
 * can't be removed, or a negative errno.
 */
static int find_below(const struct mount *mount, const struct mount *parent, struct found *found)
{
	size_t skip = is_root(parent->point) ? 0 : strlen(parent->point);
	struct stat st;
	int err;

	if (!mount->point[skip] || is_root(mount->point + skip))
		return is_root(parent->root) ? 0 : -EOPNOTSUPP;
	err = stat_below(mount, parent, mount->point + skip + 1, &st);
	if (err)
		return err;
	/* Of btrfs stat(2) tells another device. */
	found->covered.device = device(parent->id ? parent->major : major(st.st_dev),
				       parent->id ? parent->minor : minor(st.st_dev));
	found->covered.inode = st.st_ino;
	snprintf(found->place, sizeof(found->place), "%s", mount->point);
	return 1;
}

/* What is mounted by @mount, which is seen; btrfs has a device of its own for stat(2). */
static int find_root(const struct mount *mount, struct guard_covered *root)
{
	struct stat st;

	if (stat(mount->point, &st))
		return -errno;
	*root = (struct guard_covered){ st.st_ino, device(mount->major, mount->minor) };
	return 0;
}

/* Up from the BPF file system to what is mounted on nothing that is seen from here. */
static int find_all(FILE *list, struct told *told)
{
	struct mount mount, parent;
	struct statx bpffs;
	int err;

	if (statx(AT_FDCWD, PIN_BPFFS, 0, STATX_MNT_ID, &bpffs))
		return -errno;
	err = find_mount(list, (unsigned int)bpffs.stx_mnt_id, &mount);
	/* The parent of the first of all is itself. */
	while (!err && mount.parent != mount.id) {
		if (told->count == GUARD_COVERED_MAX || told->mounted == GUARD_COVERED_MAX)
			return -E2BIG;
		err = find_root(&mount, &told->mounts[told->mounted++].root);
		if (err)
			break;
		if (find_mount(list, mount.parent, &parent)) {
			if (is_root(mount.point))
				break;
			/* In a chroot, whose mount is not listed. */
			parent = (struct mount){ .point = "/", .root = "/" };
		}
		err = find_below(&mount, &parent, &told->list[told->count]);
		if (err == 1) {
			told->mounts[told->mounted - 1].point =
				told->list[told->count++].covered.inode;
			err = 0;
		}
		if (!parent.id)
			break;
		mount = parent;
	}
	return err;
}

/* Whether the guard denied it; what else keeps from renaming comes before it is asked. */
static int try_rename(const char *place)
{
	char other[PIN_PATH_MAX + 16];

	snprintf(other, sizeof(other), "%s-bpflock-test", place);
	if (!renameat2(AT_FDCWD, place, AT_FDCWD, other, RENAME_NOREPLACE)) {
		rename(other, place);
		return -EACCES;
	}
	return errno == EBUSY || errno == EINVAL ? -EACCES : 0;
}

/* The mounts of this process: what is mounted on /proc may be another's, or nothing. */
static FILE *open_list(void)
{
	FILE *list = fopen("/proc/self/mountinfo", "re");
	int proc, fd;

	if (list)
		return list;
	proc = pseudofs_mount("proc");
	fd = proc < 0 ? -1 : openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (proc >= 0)
		close(proc);
	list = fd < 0 ? NULL : fdopen(fd, "r");
	if (!list && fd >= 0)
		close(fd);
	return list;
}

static int tell(struct told *told, bool try)
{
	FILE *list = open_list();
	struct stat st;
	int err;

	if (!list)
		return -errno;
	told->namespace = stat("/proc/self/ns/mnt", &st) ? 0 : (__u32)st.st_ino;
	err = find_all(list, told);
	fclose(list);
	for (int i = 0; i < told->count && try && !err; i++) {
		err = try_rename(told->list[i].place);
		if (err) /* the first is what is told of */
			told->list[0] = told->list[i];
	}
	return err;
}

/* The same in mount namespace @host: a child, for who asks stays where it is. */
static int tell_of(int host, struct told *to, bool try)
{
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = told == MAP_FAILED ? -1 : fork();
	int err = pid < 0 ? -errno : 0;

	if (!pid) {
		told->result = setns(host, CLONE_NEWNS) ? -errno : tell(told, try);
		told->ended = true;
		_exit(0);
	}
	if (pid > 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		*to = *told;
		err = told->ended ? told->result : -ECHILD;
	}
	if (told != MAP_FAILED)
		munmap(told, sizeof(*told));
	return err;
}

static int ask(struct told *told, bool try)
{
	int host = bpffs_host_mounts(), err;

	*told = (struct told){ 0 };
	testing_begin(-1);
	err = host < 0 ? tell(told, try) : tell_of(host, told, try);
	testing_end(-1);
	if (host >= 0)
		close(host);
	return err;
}

int covered_find(struct guard_covered covered[GUARD_COVERED_MAX])
{
	struct told told;
	int err = ask(&told, false);

	for (int i = 0; i < GUARD_COVERED_MAX; i++)
		covered[i] = (struct guard_covered){ 0 };
	for (int i = 0; !err && i < told.count; i++)
		covered[i] = told.list[i].covered;
	return err ? err : told.count;
}

int covered_mounts(struct guard_mount mounts[GUARD_COVERED_MAX], __u32 *namespace)
{
	struct told told;
	int err = ask(&told, false);

	for (int i = 0; i < GUARD_COVERED_MAX; i++)
		mounts[i] = err ? (struct guard_mount){ 0 } : told.mounts[i];
	*namespace = told.namespace;
	return err ? err : told.mounted;
}

int covered_try(char place[PIN_PATH_MAX])
{
	struct told told;
	int err = ask(&told, true);

	snprintf(place, PIN_PATH_MAX, "%s", err == -EACCES ? told.list[0].place : PIN_BPFFS);
	return err;
}
