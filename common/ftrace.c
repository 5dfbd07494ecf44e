// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "ftrace.h"
#include "ftrace.skel.h"
#include "kernel.h"

#define ROOT_NUMBER 1 /* fs/kernfs/dir.c: kernfs_create_root */

/* The root of cgroup2, which a namespace of cgroups hides: there what PID 1 has is tried first. */
static int open_root(void)
{
	static const char *const places[] = {
		"/proc/1/root/sys/fs/cgroup",
		"/proc/1/root/sys/fs/cgroup/unified",
		"/sys/fs/cgroup",
		"/sys/fs/cgroup/unified",
	};
	bool mounted = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct statfs fs;
		struct stat st;

		if (fd < 0)
			continue;
		if (!fstatfs(fd, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC) {
			mounted = true;
			if (!fstat(fd, &st) && st.st_ino == ROOT_NUMBER)
				return fd;
		}
		close(fd);
	}
	/* Else options of the mount that is there would be lost (kernel/cgroup/cgroup.c). */
	return mounted ? -ENODEV : kernel_mount("cgroup2");
}

int ftrace_attach(struct pin_link *link)
{
	int root = open_root(), err;
	struct ftrace_bpf *skeleton;

	if (root < 0)
		return -ENODEV;
	skeleton = ftrace_bpf__open_and_load();
	err = skeleton ? 0 : -errno;
	if (!err) {
		link->name = FTRACE_PIN;
		link->program = bpf_program__fd(skeleton->progs.ftrace_enabled);
		link->link = bpf_program__attach_cgroup(skeleton->progs.ftrace_enabled, root);
		err = link->link ? ftrace_test() : -errno;
	}
	if (err && link->link) {
		bpf_link__destroy(link->link);
		link->link = NULL;
	}
	close(root);
	return err;
}

/* Any number but 0 leaves it on (kernel/trace/ftrace.c: ftrace_enable_sysctl). */
int ftrace_test(void)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return 0;
	if (write(fd, "2", 1) == 1) {
		err = -EACCES;
		lseek(fd, 0, SEEK_SET);
		if (write(fd, "1", 1) != 1)
			err = -EIO;
	}
	close(fd);
	return err;
}
