// SPDX-License-Identifier: GPL-2.0-only
/*
 * mounts WAY ARGUMENT...: one way to make, change or remove mounts, as below. Exits as probes do.
 * What a way needs beside what it tries, such as a detached mount, is 2 where it can't be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call32.h"

#define NR_MOUNT_SETATTR 442
#define BENEATH 0x200	/* MOVE_MOUNT_BENEATH, Linux 6.5 */
#define SET_GROUP 0x100 /* MOVE_MOUNT_SET_GROUP, Linux 5.15 */
#define NR_OPEN_TREE_ATTR 467

struct attributes {
	unsigned long long set, clear, propagation, userns;
};

static int ended(long ret)
{
	if (ret >= 0)
		return 0;
	if (errno == EPERM)
		return 1;
	perror("mounts");
	return errno == ENOSYS ? 2 : 3;
}

/* mount TYPE SOURCE DIR [DATA] */
static int new (char **a)
{
	return ended(mount(a[1], a[2], a[0], 0, a[3]));
}

/* context TYPE SOURCE [DIR]: by the newer calls; without DIR it stays detached. */
static int context(char **a)
{
	int fd = fsopen(a[0], 0), mnt;

	if (fd < 0)
		return 2;
	if (strcmp(a[1], "none") && fsconfig(fd, FSCONFIG_SET_STRING, "source", a[1], 0))
		return ended(-1);
	if (fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return ended(-1);
	mnt = fsmount(fd, 0, 0);
	if (mnt < 0 || !a[2])
		return ended(mnt);
	return ended(move_mount(mnt, "", AT_FDCWD, a[2], MOVE_MOUNT_F_EMPTY_PATH));
}

/* parameter TYPE KEY VALUE: of what is not created */
static int parameter(char **a)
{
	int fd = fsopen(a[0], 0);

	return fd < 0 ? 2 : ended(fsconfig(fd, FSCONFIG_SET_STRING, a[1], a[2], 0));
}

/*
 * include/linux/ecryptfs.h: struct ecryptfs_auth_tok, of a password; what is not named here is 0.
 */
struct ecryptfs_key {
	unsigned short version, type;
	unsigned int flags;
	unsigned char session[588], reserved[32];
	unsigned int password_bytes, algorithm, iterations, bytes, password_flags;
	unsigned char key[64];
	char signature[17];
	unsigned char salt[8], end[3];
} __attribute__((packed));

/* ecryptfs LOWER DIR: over what is not encrypted, which it writes as it is */
static int ecryptfs(char **a)
{
	static const struct ecryptfs_key key = {
		.version = 4, .bytes = 16, .password_flags = 2, .signature = "0123456789abcdef"
	};
	static const char options[] = "ecryptfs_sig=0123456789abcdef,ecryptfs_cipher=aes,"
				      "ecryptfs_key_bytes=16,ecryptfs_passthrough";

	if (syscall(SYS_add_key, "user", key.signature, &key, sizeof(key),
		    -3 /* KEY_SPEC_SESSION_KEYRING */) < 0)
		return 2;
	return ended(mount(a[0], a[1], "ecryptfs", 0, options));
}

static int bind_it(char **a)
{
	return ended(mount(a[0], a[1], NULL, MS_BIND, NULL));
}

/* remount DIR [DATA]: of the filesystem, writable */
static int remount(char **a)
{
	return ended(mount("none", a[0], NULL, MS_REMOUNT, a[1]));
}

/* remount-data DIR: read-only by its flags, writable by its data */
static int remount_data(char **a)
{
	return ended(mount("none", a[0], NULL, MS_REMOUNT | MS_RDONLY, "rw"));
}

static int remount_ro(char **a)
{
	return ended(mount("none", a[0], NULL, MS_REMOUNT | MS_RDONLY, NULL));
}

static int remount_bind(char **a)
{
	return ended(mount("none", a[0], NULL, MS_REMOUNT | MS_BIND, NULL));
}

static int remount_bind_ro(char **a)
{
	return ended(mount("none", a[0], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
}

static int pick(char **a)
{
	int fd = fspick(AT_FDCWD, a[0], 0);

	if (fd < 0 || fsconfig(fd, FSCONFIG_SET_FLAG, "rw", NULL, 0))
		return 2;
	return ended(fsconfig(fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
}

static int setattr(char **a)
{
	struct attributes attr = { .clear = MOUNT_ATTR_RDONLY };

	return ended(syscall(NR_MOUNT_SETATTR, AT_FDCWD, a[0], 0, &attr, sizeof(attr)));
}

/* The same calls by the 32-bit entry, whose numbers of mount(2) and umount2(2) are others. */
static long low_text(char *low, const char *text)
{
	strcpy(low, text);
	return (long)low;
}

static int new32(char **a)
{
	char *low = low_memory(4096);

	if (low == MAP_FAILED)
		return 2;
	return ended(enter32(21, low_text(low, a[1]), low_text(low + 1024, a[2]),
			     low_text(low + 2048, a[0]), 0, 0));
}

static int remount32(char **a)
{
	char *low = low_memory(4096);

	if (low == MAP_FAILED)
		return 2;
	return ended(
		enter32(21, low_text(low, "none"), low_text(low + 1024, a[0]), 0, MS_REMOUNT, 0));
}

static int unmount32(char **a)
{
	char *low = low_memory(4096);

	return low == MAP_FAILED ? 2 : ended(enter32(52, low_text(low, a[0]), 0, 0, 0, 0));
}

static int setattr32(char **a)
{
	struct attributes attr = { .clear = MOUNT_ATTR_RDONLY };
	char *low = low_memory(4096);

	if (low == MAP_FAILED)
		return 2;
	memcpy(low + 2048, &attr, sizeof(attr));
	return ended(enter32(NR_MOUNT_SETATTR, AT_FDCWD, low_text(low, a[0]), 0, (long)(low + 2048),
			     sizeof(attr)));
}

static int tree32(char **a)
{
	char *low = low_memory(4096);

	return low == MAP_FAILED ? 2
				 : ended(enter32(SYS_open_tree, AT_FDCWD, low_text(low, a[0]),
						 OPEN_TREE_CLONE, 0, 0));
}

static int tree_attr(char **a)
{
	struct attributes attr = { .clear = MOUNT_ATTR_RDONLY };

	return ended(
		syscall(NR_OPEN_TREE_ATTR, AT_FDCWD, a[0], OPEN_TREE_CLONE, &attr, sizeof(attr)));
}

/* The same on the mount itself, which is not cloned. */
static int tree_attr_in_place(char **a)
{
	struct attributes attr = { .clear = MOUNT_ATTR_RDONLY };

	return ended(syscall(NR_OPEN_TREE_ATTR, AT_FDCWD, a[0], 0, &attr, sizeof(attr)));
}

static int tree(char **a)
{
	return ended(open_tree(AT_FDCWD, a[0], OPEN_TREE_CLONE));
}

/* Cloned into a mount namespace of its own, Linux 7.0 */
static int tree_namespace(char **a)
{
	return ended(open_tree(AT_FDCWD, a[0], 2 /* OPEN_TREE_NAMESPACE */));
}

static int tree_only(char **a)
{
	return ended(open_tree(AT_FDCWD, a[0], 0));
}

/* Cloned with all below, then attached elsewhere. */
static int tree_moved(char **a)
{
	int fd = open_tree(AT_FDCWD, a[0], OPEN_TREE_CLONE | AT_RECURSIVE);

	return ended(fd < 0 ? fd : move_mount(fd, "", AT_FDCWD, a[1], MOVE_MOUNT_F_EMPTY_PATH));
}

static int move(char **a)
{
	return ended(mount(a[0], a[1], NULL, MS_MOVE, NULL));
}

static int move_new(char **a)
{
	return ended(move_mount(AT_FDCWD, a[0], AT_FDCWD, a[1], 0));
}

/* beneath DIR: a new mount below the one that is seen there, which then goes with that one */
static int beneath(char **a)
{
	int fd = fsopen("tmpfs", 0), mnt;
	char path[32];

	if (fd < 0 || fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return 2;
	mnt = fsmount(fd, 0, 0);
	if (mnt < 0)
		return 2;
	if (move_mount(mnt, "", AT_FDCWD, a[0], MOVE_MOUNT_F_EMPTY_PATH | BENEATH))
		return ended(-1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", mnt);
	return ended(umount2(path, MNT_DETACH));
}

/* group DIR OTHER: the mount OTHER comes to share what is mounted with DIR */
static int group(char **a)
{
	return ended(move_mount(AT_FDCWD, a[0], AT_FDCWD, a[1], SET_GROUP));
}

static int shared(char **a)
{
	return ended(mount("none", a[0], NULL, MS_SHARED, NULL));
}

static int unmount(char **a)
{
	return ended(umount2(a[0], 0));
}

static int unmount_lazily(char **a)
{
	return ended(umount2(a[0], MNT_DETACH));
}

static int pivot(char **a)
{
	return ended(syscall(SYS_pivot_root, a[0], a[1]));
}

/* watch mount|filesystem|folder|inode PATH */
static int watch(char **a)
{
	int group = fanotify_init(FAN_CLOEXEC, O_RDONLY);
	unsigned int mark = !strcmp(a[0], "mount")	  ? FAN_MARK_MOUNT
			    : !strcmp(a[0], "filesystem") ? FAN_MARK_FILESYSTEM
							  : 0;

	if (group < 0)
		return 2;
	return ended(fanotify_mark(group, FAN_MARK_ADD | mark,
				   strcmp(a[0], "folder") ? FAN_OPEN : FAN_OPEN | FAN_ONDIR,
				   AT_FDCWD, a[1]));
}

/* notify PATH: by inotify(7), which hands out no descriptors */
static int notify(char **a)
{
	int fd = inotify_init1(IN_CLOEXEC);

	return fd < 0 ? 2 : ended(inotify_add_watch(fd, a[0], IN_OPEN));
}

static const struct {
	const char *name;
	int (*try)(char **arguments);
	int arguments;
} ways[] = {
	{ "mount", new, 3 },
	{ "context", context, 2 },
	{ "parameter", parameter, 3 },
	{ "ecryptfs", ecryptfs, 2 },
	{ "bind", bind_it, 2 },
	{ "remount", remount, 1 },
	{ "remount-data", remount_data, 1 },
	{ "remount-ro", remount_ro, 1 },
	{ "remount-bind", remount_bind, 1 },
	{ "remount-bind-ro", remount_bind_ro, 1 },
	{ "pick", pick, 1 },
	{ "setattr", setattr, 1 },
	{ "setattr32", setattr32, 1 },
	{ "tree-attr", tree_attr, 1 },
	{ "tree-attr-in-place", tree_attr_in_place, 1 },
	{ "tree", tree, 1 },
	{ "tree-namespace", tree_namespace, 1 },
	{ "tree-only", tree_only, 1 },
	{ "tree-moved", tree_moved, 2 },
	{ "move", move, 2 },
	{ "move-new", move_new, 2 },
	{ "beneath", beneath, 1 },
	{ "group", group, 2 },
	{ "shared", shared, 1 },
	{ "umount", unmount, 1 },
	{ "umount32", unmount32, 1 },
	{ "mount32", new32, 3 },
	{ "remount32", remount32, 1 },
	{ "tree32", tree32, 1 },
	{ "umount-lazily", unmount_lazily, 1 },
	{ "pivot", pivot, 2 },
	{ "watch", watch, 2 },
	{ "notify", notify, 1 },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(argv[1], ways[i].name) && argc - 2 >= ways[i].arguments)
			return ways[i].try(argv + 2);
	return 64;
}
