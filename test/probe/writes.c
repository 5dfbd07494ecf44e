// SPDX-License-Identifier: GPL-2.0-only
/*
 * writes WAY FILE [TEXT]: one way to get at FILE for writing; with TEXT it is written. Exits as
 * probes do.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/io_uring.h>

#include "ring.h"

static int ended(long ret)
{
	if (ret >= 0)
		return 0;
	if (errno == EPERM)
		return 1;
	perror("writes");
	return errno == ENOSYS ? 2 : 3;
}

static int by_open(const char *file)
{
	return open(file, O_WRONLY | O_CLOEXEC);
}

static int by_both(const char *file)
{
	return open(file, O_RDWR | O_CLOEXEC);
}

static int by_append(const char *file)
{
	return open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
}

static int by_path(const char *file)
{
	char path[32];
	int fd = open(file, O_PATH | O_CLOEXEC);

	if (fd < 0)
		exit(2);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_CLOEXEC);
}

static int by_openat2(const char *file)
{
	struct {
		unsigned long long flags, mode, resolve;
	} how = { .flags = O_WRONLY | O_CLOEXEC };

	return (int)syscall(437, AT_FDCWD, file, &how, sizeof(how));
}

static int by_handle(const char *file)
{
	struct {
		struct file_handle handle;
		char room[MAX_HANDLE_SZ];
	} u = { .handle.handle_bytes = MAX_HANDLE_SZ };
	char folder[PATH_MAX], *end;
	int id, mount;

	snprintf(folder, sizeof(folder), "%s", file);
	end = strrchr(folder, '/');
	if (!end || name_to_handle_at(AT_FDCWD, file, &u.handle, &id, 0)) {
		perror("name_to_handle_at");
		exit(2);
	}
	*end = '\0';
	mount = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return open_by_handle_at(mount, &u.handle, O_WRONLY | O_CLOEXEC);
}

/*
 * What a folder says of a file of kernfs is its handle: nobody looks up its name, so that in a
 * mount where nobody else did it has none.
 */
static int by_nameless(const char *file)
{
	struct {
		struct file_handle handle;
		unsigned long long node;
	} u = { .handle = { .handle_bytes = sizeof(u.node), .handle_type = 0xfe } };
	char path[PATH_MAX], *name;
	const struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s", file);
	name = strrchr(path, '/');
	if (!name)
		exit(2);
	*name++ = '\0';
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		if (!strcmp(entry->d_name, name)) {
			u.node = entry->d_ino;
			return open_by_handle_at(dirfd(folder), &u.handle, O_WRONLY | O_CLOEXEC);
		}
	perror(path);
	exit(2);
}

/* A character device that is bound to it, which Linux 5.10 has. */
static int by_raw(const char *file)
{
	static const char *const nodes[] = { "/tmp/rawctl", "/tmp/raw1" };
	struct {
		int number;
		unsigned long long major, minor;
	} bound = { .number = 1 };
	struct stat st;
	int fd;

	for (unsigned int i = 0; i < 2; i++)
		if (mknod(nodes[i], S_IFCHR | 0600, makedev(162, i)) && errno != EEXIST)
			exit(2);
	fd = open(nodes[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || stat(file, &st)) {
		perror(nodes[0]);
		exit(2);
	}
	bound.major = major(st.st_rdev);
	bound.minor = minor(st.st_rdev);
	if (ioctl(fd, _IO(0xac, 0) /* RAW_SETBIND */, &bound)) {
		perror("RAW_SETBIND");
		exit(2);
	}
	return open(nodes[1], O_WRONLY | O_CLOEXEC);
}

static int by_ring(const char *file)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)file,
		.open_flags = O_WRONLY | O_CLOEXEC,
	};
	int ret = ring_request(&sqe, 0);

	if (ret == -ENOSYS)
		exit(2);
	errno = ret < 0 ? -ret : 0;
	return ret < 0 ? -1 : ret;
}

/* What a mapping can write to has been opened for both. */
static int by_mapping(const char *file)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return fd;
	at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return fd;
}

/* Read-only, and made writable after. */
static int by_protecting(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	if (!mprotect(at, 4096, PROT_READ | PROT_WRITE))
		return fd;
	errno = errno == EACCES ? EPERM : errno; /* the kernel's own no */
	return -1;
}

/* A node of one's own of the same device. */
static int by_node(const char *file)
{
	const char *const node = "/tmp/node";
	struct stat st;
	int fd;

	if (stat(file, &st) || mknod(node, (st.st_mode & S_IFMT) | 0600, st.st_rdev)) {
		perror(node);
		exit(2);
	}
	fd = open(node, O_WRONLY | O_CLOEXEC);
	unlink(node);
	return fd;
}

static const struct {
	const char *name;
	int (*open)(const char *file);
} ways[] = {
	{ "open", by_open }, { "both", by_both },	  { "append", by_append },
	{ "path", by_path }, { "openat2", by_openat2 },	  { "handle", by_handle },
	{ "ring", by_ring }, { "mapping", by_mapping },	  { "protecting", by_protecting },
	{ "node", by_node }, { "nameless", by_nameless }, { "raw", by_raw },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 2 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		int fd;

		if (strcmp(argv[1], ways[i].name))
			continue;
		fd = ways[i].open(argv[2]);
		return ended(fd >= 0 && argc > 3 ? write(fd, argv[3], strlen(argv[3])) : fd);
	}
	return 64;
}
