// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "load/trusted.h"
#include "load/frozen.h"
#include "load/ftrace.h"
#include "load/iterators.h"
#include "load/load.h"
#include "load/sections.h"

static bool is_hook(const struct bpf_program *prog)
{
	return bpf_program__expected_attach_type(prog) != BPF_TRACE_ITER &&
	       strcmp(bpf_program__name(prog), PIN_SYSCTL) && bpf_program__autoload(prog);
}

static struct pin_link attach(struct bpf_program *prog)
{
	bool cgroup = bpf_program__expected_attach_type(prog) == BPF_CGROUP_SYSCTL;

	return (struct pin_link){ bpf_program__name(prog),
				  cgroup ? ftrace_attach_cgroup(prog)
					 : bpf_program__attach_trace(prog),
				  bpf_program__fd(prog) };
}

struct bpf_program *load_next_hook(const struct bpf_object *object, struct bpf_program *previous)
{
	do
		previous = bpf_object__next_program(object, previous);
	while (previous && !is_hook(previous));
	return previous;
}

int load_keep(struct load *load, struct pin_link link)
{
	if (!link.link || load->count == LOAD_LINKS_MAX) {
		int err = link.link ? -E2BIG : errno ? -errno : -EINVAL;

		bpf_link__destroy(link.link);
		load->failed = link.name;
		return err;
	}
	load->links[load->count++] = link;
	return 0;
}

/* The programs decide nothing until they are attached: by then nobody can write what they read. */
static int load_frozen(struct bpf_object *object, struct sections *sections,
		       const struct trusted *trusted)
{
	int err = sections_load(sections, object);

	if (!err)
		err = iterators_check_names(object);
	if (!err)
		err = trusted_freeze(trusted, object);
	if (!err)
		err = frozen_own(object);
	if (!err)
		iterators_freeze(object);
	return err;
}

int load_try(struct bpf_object *object, struct sections *sections, const struct trusted *trusted)
{
	int err = trusted_reserve(trusted, object);

	return err ? err : load_frozen(object, sections, trusted);
}

int load_attach(struct bpf_object *object, struct sections *sections, const struct trusted *trusted,
		struct load *load)
{
	struct bpf_program *prog = NULL;
	struct pin_link link;
	int err = load_try(object, sections, trusted);

	*load = (struct load){ 0 };
	while (!err && (prog = load_next_hook(object, prog)))
		err = load_keep(load, attach(prog));
	for (size_t i = 0; !err && iterators_attach(object, i, &link); i++)
		err = load_keep(load, link);
	return err;
}

bool load_may_read(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_read_kernel },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", insns,
			       sizeof(insns) / sizeof(insns[0]), NULL);

	if (fd >= 0)
		close(fd);
	/* Whatever else it is, loading will say. */
	return fd != -EINVAL;
}

bool load_may_load_btf(const struct bpf_object *object)
{
	__u32 size;
	const void *data = btf__raw_data(bpf_object__btf(object), &size);
	int fd = data ? bpf_btf_load(data, size, NULL) : -1;

	if (fd >= 0)
		close(fd);
	/* Whatever else it is, loading will say. */
	return fd >= 0 || errno != EPERM;
}

void load_release(struct load *load)
{
	for (int i = 0; i < load->count; i++)
		bpf_link__destroy(load->links[i].link);
	load->count = 0;
}

int load_open(const struct load *load, const char *name)
{
	for (int i = 0; i < load->count; i++) {
		int fd;

		if (strcmp(load->links[i].name, name))
			continue;
		fd = bpf_iter_create(bpf_link__fd(load->links[i].link));
		return fd < 0 ? -errno : fd;
	}
	return -ENOENT;
}
