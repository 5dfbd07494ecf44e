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

/* Beside what others have there, and in each cgroup below (kernel/bpf/cgroup.c). */
static int attach(struct seal *seal, const char *name, int prog, enum bpf_attach_type type)
{
	int err = bpf_prog_attach(prog, seal->root, type, BPF_F_ALLOW_MULTI) ? -errno : 0;

	if (err)
		seal->failed = name;
	else
		seal->list[seal->count++] = (struct seal_attached){ prog, type };
	return err;
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

int seal_attach(struct seal *seal, struct sections *sections, const void *data, size_t size,
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
	if (ftrace < 0)
		seal->failed = FTRACE_PIN;
	err = ftrace < 0 ? ftrace : attach(seal, FTRACE_PIN, ftrace, BPF_CGROUP_SYSCTL);
	if (!err) {
		err = ftrace_test();
		seal->failed = err ? FTRACE_PIN : NULL;
	}
	while (!err && (prog = bpf_object__next_program(seal->object, prog)))
		err = attach(seal, bpf_program__name(prog), bpf_program__fd(prog), BPF_LSM_CGROUP);
	if (err)
		seal_undo(seal);
	return err;
}

void seal_undo(struct seal *seal)
{
	while (seal->count) {
		const struct seal_attached *last = &seal->list[--seal->count];

		bpf_prog_detach2(last->prog, seal->root, (enum bpf_attach_type)last->attach);
	}
}

void seal_release(struct seal *seal)
{
	bpf_object__close(seal->object);
	if (seal->root >= 0)
		close(seal->root);
	*seal = (struct seal){ .root = -1 };
}
