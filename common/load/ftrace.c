// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "load/ftrace.h"
#include "ftrace.skel.h"
#include "kernel/cgroup.h"
#include "pins/testing.h"

int ftrace_attach(struct pin_link *link)
{
	int root = cgroup_open_root(), err;
	struct ftrace_bpf *skeleton;

	if (root < 0)
		return -ENODEV;
	skeleton = ftrace_bpf__open_and_load();
	err = errno ? -errno : -EINVAL;
	if (skeleton) {
		link->name = FTRACE_PIN;
		link->prog = bpf_program__fd(skeleton->progs.ftrace_enabled);
		link->link = bpf_program__attach_cgroup(skeleton->progs.ftrace_enabled, root);
		err = link->link ? ftrace_test() : -errno;
	}
	if (err) {
		bpf_link__destroy(link->link);
		link->link = NULL;
	}
	if (err == -EPERM && pin_sealed() && !ftrace_test())
		err = 0;
	close(root);
	return err;
}

int ftrace_load(void)
{
	struct ftrace_bpf *skeleton = ftrace_bpf__open_and_load();

	return skeleton ? bpf_program__fd(skeleton->progs.ftrace_enabled) : -errno;
}

struct bpf_link *ftrace_attach_cgroup(struct bpf_program *prog)
{
	int root = cgroup_open_root(), err;
	struct bpf_link *link;

	if (root < 0) {
		errno = ENODEV;
		return NULL;
	}
	link = bpf_program__attach_cgroup(prog, root);
	err = errno;
	close(root);
	errno = err;
	return link;
}

int ftrace_attach_sysctl(const struct bpf_object *object, struct pin_link *link)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, PIN_SYSCTL);

	if (!prog || !bpf_program__autoload(prog))
		return 0;
	*link = (struct pin_link){ PIN_SYSCTL, ftrace_attach_cgroup(prog), bpf_program__fd(prog) };
	return link->link ? 0 : -errno;
}

/* Any number but 0 leaves it on (kernel/trace/ftrace.c: ftrace_enable_sysctl). */
int ftrace_test(void)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return 0;
	testing_begin(-1);
	if (write(fd, "2", 1) == 1) {
		err = -EACCES;
		lseek(fd, 0, SEEK_SET);
		if (write(fd, "1", 1) != 1)
			err = -EIO;
	}
	testing_end(-1);
	close(fd);
	return err;
}
