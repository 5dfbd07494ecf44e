// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuse FOLDER FILE: mounts a filesystem of its own making on FOLDER, in which one file,
 * `file`, has what FILE holds, and serves it in the background.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/fuse.h>

#define REQUEST_MAX (1 << 20)
#define FILE_NODE 2

static int device, content;
static size_t size;

static void reply(const struct fuse_in_header *in, int error, const void *data, size_t length)
{
	struct fuse_out_header out = {
		.len = (uint32_t)(sizeof(out) + length),
		.error = error,
		.unique = in->unique,
	};
	struct iovec parts[] = { { &out, sizeof(out) }, { (void *)data, length } };

	if (writev(device, parts, 2) < 0 && errno != ENOENT)
		exit(1);
}

static struct fuse_attr attributes(uint64_t node)
{
	return (struct fuse_attr){
		.ino = node,
		.size = node == FILE_NODE ? size : 0,
		.mode = node == FILE_NODE ? S_IFREG | 0444 : S_IFDIR | 0555,
		.nlink = 1,
	};
}

static void reply_init(const struct fuse_in_header *in)
{
	const struct fuse_init_in *asked = (const void *)(in + 1);
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = asked->max_readahead,
		.max_write = 4096,
	};

	reply(in, 0, &out, sizeof(out));
}

static void reply_lookup(const struct fuse_in_header *in)
{
	const struct fuse_entry_out out = {
		.nodeid = FILE_NODE,
		.attr_valid = 60,
		.entry_valid = 60,
		.attr = attributes(FILE_NODE),
	};

	if (strcmp((const char *)(in + 1), "file"))
		reply(in, -ENOENT, NULL, 0);
	else
		reply(in, 0, &out, sizeof(out));
}

static void reply_read(const struct fuse_in_header *in)
{
	const struct fuse_read_in *asked = (const void *)(in + 1);
	static char data[REQUEST_MAX];
	size_t length = asked->size < sizeof(data) ? asked->size : sizeof(data);
	ssize_t got = pread(content, data, length, (off_t)asked->offset);

	reply(in, got < 0 ? -errno : 0, data, got < 0 ? 0 : (size_t)got);
}

static void serve(const struct fuse_in_header *in)
{
	const struct fuse_attr_out attr = { .attr_valid = 60, .attr = attributes(in->nodeid) };
	const struct fuse_open_out opened = { .fh = 1 };

	switch (in->opcode) {
	case FUSE_INIT:
		return reply_init(in);
	case FUSE_LOOKUP:
		return reply_lookup(in);
	case FUSE_GETATTR:
		return reply(in, 0, &attr, sizeof(attr));
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		return reply(in, 0, &opened, sizeof(opened));
	case FUSE_READ:
		return reply_read(in);
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
		return reply(in, 0, NULL, 0);
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	default:
		return reply(in, -ENOSYS, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	static char request[REQUEST_MAX];
	char options[80];
	struct stat st;

	if (argc != 3)
		return 64;
	device = open("/dev/fuse", O_RDWR);
	content = open(argv[2], O_RDONLY);
	if (device < 0 || content < 0 || fstat(content, &st))
		return 2;
	size = (size_t)st.st_size;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	if (mount("test", argv[1], "fuse", 0, options))
		return 2;
	if (fork())
		return 0;
	while (read(device, request, sizeof(request)) > 0)
		serve((const struct fuse_in_header *)request);
	return 0;
}
