// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "kernel/btf.h"
#include "kernel/memfd.h"
#include "load/dead.h"
#include "load/frozen.h"
#include "load/sections.h"

/* A type that libbpf needs nothing of the kernel for. */
#define NOT_YET BPF_PROG_TYPE_KPROBE

static __u32 *type_of(const struct bpf_prog_load_opts *opts, __u32 function)
{
	char *records = (char *)opts->func_info;

	return &((struct bpf_func_info *)(records + function * opts->func_info_rec_size))->type_id;
}

static bool is_global(const struct btf_type *type)
{
	return type && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
	       btf_vlen(type) == BTF_FUNC_GLOBAL;
}

/*
 * A BPF_PROG_TYPE_EXT program names the function that it replaces by BTF type, and the kernel takes
 * the first function that has it (kernel/bpf/verifier.c: bpf_check_attach_target). We give the main
 * program and the global functions one type: the match is always the main program, which can't be
 * replaced. Its arguments are not what that type says, which the kernel puts up with in a main
 * program alone.
 */
static int share_type(const struct btf *local, struct bpf_prog_load_opts *opts)
{
	const struct btf_type *shared = NULL;
	__u32 id = 0;

	for (__u32 i = 1; i < opts->func_info_cnt; i++) {
		__u32 *type_id = type_of(opts, i);
		const struct btf_type *type = btf__type_by_id(local, *type_id);

		if (!is_global(type))
			continue;
		type = btf__type_by_id(local, type->type);
		if (!shared) {
			shared = type;
			id = *type_id;
		}
		if (btf_vlen(type) != btf_vlen(shared) || btf_vlen(type) < 2)
			return -EINVAL;
		*type_id = id;
	}
	if (shared)
		*type_of(opts, 0) = id;
	return 0;
}

/*
 * What all but the iterators, which are small, go through last. Who is loaded without
 * sections_load(), as ftrace.bpf.c is, has no constants.
 */
static int finish(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
		  const struct sections *sections)
{
	int err = sections->constants ? dead_leave_out(prog, opts, sections->constants) : 0;

	return err ? err : share_type(sections->local, opts);
}

/* What @prog becomes, and the kernel's function that it is attached to. */
struct target {
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	char function[SECTIONS_FUNCTION_MAX];
};

static int attach_to(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
		     const struct kernel_btf *kernel, const struct target *target)
{
	int err;

	opts->attach_btf_id = btf_function(kernel, target->function);
	opts->expected_attach_type = target->attach;
	err = bpf_program__set_type(prog, target->type);
	if (!err)
		err = bpf_program__set_expected_attach_type(prog, target->attach);
	if (!err && !opts->attach_btf_id)
		err = -ESRCH;
	return err;
}

/* Without what tells it from others on the same function. */
static int name_length(const char *prog)
{
	const char *more = strstr(prog, "__");

	return (int)(more ? (size_t)(more - prog) : strlen(prog));
}

void sections_target(const char *lsm, const char *prog, enum policy_attachment attachment,
		     char function[SECTIONS_FUNCTION_MAX])
{
	if (attachment == ATTACHMENT_LSM)
		snprintf(function, SECTIONS_FUNCTION_MAX, "bpf_lsm_%s", lsm);
	else if (attachment == ATTACHMENT_TRACEPOINT)
		snprintf(function, SECTIONS_FUNCTION_MAX, "btf_trace_%s", lsm);
	else /* the function that calls the LSM hooks */
		snprintf(function, SECTIONS_FUNCTION_MAX, "security_%.*s", name_length(prog), prog);
}

static int prepare_hook(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct sections *sections = (const struct sections *)cookie;
	bool lsm = sections->attachment == ATTACHMENT_LSM;
	struct target target = {
		.type = lsm ? BPF_PROG_TYPE_LSM : BPF_PROG_TYPE_TRACING,
		.attach = lsm ? BPF_LSM_MAC : BPF_MODIFY_RETURN,
	};
	int err;

	sections_target(bpf_program__section_name(prog) + strlen("lsm/"), bpf_program__name(prog),
			sections->attachment, target.function);
	err = attach_to(prog, opts, sections->kernel, &target);
	return err ? err : finish(prog, opts, sections);
}

static bool is_call(const struct bpf_insn *insn, __s32 helper)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == helper;
}

/*
 * Where lockdown forbids to read the kernel's memory, which its probe tries, libbpf also takes the
 * calls that read a process's memory, which are allowed, for new (libbpf.c:
 * bpf_object__sanitize_prog). They become what they were. A read of the kernel's is not reached
 * there, but before Linux 5.11 (KERNEL_FOLLOWS_TASK), where it stays, for the kernel to refuse.
 */
static int keep_user_reads(struct bpf_program *prog, const struct kernel_btf *kernel)
{
	size_t count = bpf_program__insn_cnt(prog);
	struct bpf_insn *insns;
	int err, id;

	if (btf_enum_value(kernel, BTF_BPF_FUNC_ID, "BPF_FUNC_get_current_task_btf", &id))
		return 0;
	insns = calloc(count, sizeof(*insns));
	if (!insns)
		return -ENOMEM;
	memcpy(insns, bpf_program__insns(prog), count * sizeof(*insns));
	for (size_t i = 0; i < count; i++) {
		if (is_call(&insns[i], BPF_FUNC_probe_read))
			insns[i].imm = BPF_FUNC_probe_read_user;
		else if (is_call(&insns[i], BPF_FUNC_probe_read_str))
			insns[i].imm = BPF_FUNC_probe_read_user_str;
	}
	err = bpf_program__set_insns(prog, insns, count);
	free(insns);
	return err;
}

/* Reached without a trampoline (kernel/trace/bpf_trace.c: bpf_probe_register). */
static int prepare_tracepoint(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
			      long cookie)
{
	const struct sections *sections = (const struct sections *)cookie;
	struct target target = { BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP };
	int err;

	sections_target(bpf_program__section_name(prog) + strlen("tp_btf/"),
			bpf_program__name(prog), ATTACHMENT_TRACEPOINT, target.function);
	err = attach_to(prog, opts, sections->kernel, &target);
	if (!err)
		err = keep_user_reads(prog, sections->kernel);
	return err ? err : finish(prog, opts, sections);
}

/* Attached to a cgroup, and called by the hook of each process in it. */
static int prepare_cgroup_hook(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
			       long cookie)
{
	const struct sections *sections = (const struct sections *)cookie;
	struct target target = { BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP };
	int err;

	sections_target(bpf_program__section_name(prog) + strlen("lsm_cgroup/"), NULL,
			ATTACHMENT_LSM, target.function);
	err = attach_to(prog, opts, sections->kernel, &target);
	return err ? err : finish(prog, opts, sections);
}

static int prepare_iterator(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct sections *sections = (const struct sections *)cookie;
	struct target target = { BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER };

	snprintf(target.function, sizeof(target.function), "bpf_iter_%s",
		 bpf_program__section_name(prog) + strlen("iter/"));
	return attach_to(prog, opts, sections->kernel, &target);
}

/* Attached to a cgroup: it is what libbpf makes of it, but for the functions. */
static int prepare_cgroup(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct sections *sections = (const struct sections *)cookie;

	return finish(prog, opts, sections);
}

int sections_init(struct sections *sections)
{
	static const struct {
		const char *section;
		enum bpf_prog_type type;
		enum bpf_attach_type attach;
		libbpf_prog_prepare_load_fn_t prepare;
	} handlers[SECTIONS_HANDLERS] = {
		{ "lsm/", NOT_YET, BPF_LSM_MAC, prepare_hook },
		{ "lsm_cgroup/", NOT_YET, BPF_LSM_CGROUP, prepare_cgroup_hook },
		{ "tp_btf/", NOT_YET, BPF_TRACE_RAW_TP, prepare_tracepoint },
		{ "iter/", NOT_YET, BPF_TRACE_ITER, prepare_iterator },
		{ "cgroup/sysctl", BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, prepare_cgroup },
	};

	*sections = (struct sections){ .types = -1 };
	for (int i = 0; i < SECTIONS_HANDLERS; i++) {
		LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)sections,
			    .prog_prepare_load_fn = handlers[i].prepare);

		sections->handlers[i] = libbpf_register_prog_handler(
			handlers[i].section, handlers[i].type, handlers[i].attach, &opts);
		if (sections->handlers[i] < 0)
			return sections->handlers[i];
	}
	sections->types = memfd_make("types");
	return 0;
}

struct bpf_object *sections_open(const struct sections *sections, const char *name,
				 const void *data, size_t size)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", sections->types);
	/* Without, libbpf reads all of them. */
	if (sections->types >= 0 && !access(path, R_OK))
		options.btf_custom_path = path;
	return bpf_object__open_mem(data, size, &options);
}

void sections_close(struct sections *sections)
{
	for (int i = 0; i < SECTIONS_HANDLERS; i++)
		if (sections->handlers[i] > 0)
			libbpf_unregister_prog_handler(sections->handlers[i]);
	if (sections->types >= 0)
		close(sections->types);
}

/* Has libbpf read the kernel's types, or all where they can't be written: a limit of the size of
 * files is one. */
static int share_types(const struct sections *sections)
{
	__u32 size;
	const void *data = btf__raw_data(sections->kernel->btf, &size);
	int fd, err;

	if (!data)
		return -ENOMEM;
	if (sections->types < 0 || pwrite(sections->types, data, size, 0) == (ssize_t)size)
		return 0;
	fd = open(BTF_PATH, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = dup3(fd, sections->types, O_CLOEXEC) < 0 ? -errno : 0;
	close(fd);
	return err;
}

int sections_load(struct sections *sections, struct bpf_object *object)
{
	struct frozen_copies constants;
	int err = frozen_copy(object, &constants);

	sections->local = bpf_object__btf(object);
	sections->constants = &constants;
	if (!err)
		err = share_types(sections);
	if (!err)
		err = bpf_object__load(object);
	if (!err)
		err = frozen_check(&constants);
	sections->constants = NULL;
	frozen_free(&constants);
	return err;
}
