// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/cgroup.h"
#include "load/frozen.h"
#include "load/ftrace.h"
#include "load/seal.h"
#include "load/sections.h"

bool seal_possible(const struct kernel_btf *kernel)
{
	int value;

	return !btf_enum_value(kernel, BTF_BPF_ATTACH_TYPE, "BPF_LSM_CGROUP", &value);
}

static void add(struct seal *seal, const char *name, int prog, enum bpf_attach_type type)
{
	seal->list[seal->loaded++] = (struct seal_prog){ name, prog, type };
}

static int load(struct seal *seal, struct sections *sections, const void *data, size_t size,
		const char *constant, const void *own, size_t own_size)
{
	int err;

	seal->object = sections_open(sections, "seal", data, size);
	if (!seal->object)
		return -ENOMEM;
	err = frozen_write(seal->object, constant, own, own_size);
	return err ? err : sections_load(sections, seal->object);
}

int seal_load(struct seal *seal, struct sections *sections, const void *data, size_t size,
	      const char *constant, const void *own, size_t own_size)
{
	struct bpf_program *prog = NULL;
	int ftrace, err;

	*seal = (struct seal){ .root = cgroup_open_root() };
	if (seal->root < 0)
		return -ENODEV;
	err = load(seal, sections, data, size, constant, own, own_size);
	if (err)
		return err;
	ftrace = ftrace_load();
	if (ftrace < 0) {
		seal->failed = FTRACE_PIN;
		return ftrace;
	}
	add(seal, FTRACE_PIN, ftrace, BPF_CGROUP_SYSCTL);
	while ((prog = bpf_object__next_program(seal->object, prog)))
		add(seal, bpf_program__name(prog), bpf_program__fd(prog), BPF_LSM_CGROUP);
	return 0;
}

int seal_attach(struct seal *seal)
{
	int err = 0;

	while (!err && seal->attached < seal->loaded) {
		const struct seal_prog *next = &seal->list[seal->attached];

		/* Beside what others have there, and in each cgroup below (kernel/bpf/cgroup.c). */
		if (bpf_prog_attach(next->fd, seal->root, (enum bpf_attach_type)next->attach,
				    BPF_F_ALLOW_MULTI))
			err = -errno;
		else
			seal->attached++;
		if (!err && next->attach == BPF_CGROUP_SYSCTL)
			err = ftrace_test();
		if (err)
			seal->failed = next->name;
	}
	if (err)
		seal_undo(seal);
	return err;
}

void seal_undo(struct seal *seal)
{
	while (seal->attached) {
		const struct seal_prog *last = &seal->list[--seal->attached];

		bpf_prog_detach2(last->fd, seal->root, (enum bpf_attach_type)last->attach);
	}
}

void seal_release(struct seal *seal)
{
	bpf_object__close(seal->object);
	if (seal->root >= 0)
		close(seal->root);
	*seal = (struct seal){ .root = -1 };
}
