// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/memfd.h>

#include "program.h"
#include "types.h"

#ifndef MFD_NOEXEC_SEAL /* Linux 6.3 */
#define MFD_NOEXEC_SEAL 8U
#endif

/* A type that libbpf needs nothing of the kernel for. */
#define NOT_YET BPF_PROG_TYPE_KPROBE

static bool registered;
static int types_fd = -1; /* the file that libbpf reads the types from */

/* What is being loaded. */
static const struct btf *local;
static const struct types *kernel;
static enum policy_attachment attaching;

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
 * To the kernel a function has the name of its type, which it looks for from the first on
 * (kernel/bpf/verifier.c: bpf_check_attach_target). All global functions and the first, the
 * program itself, get one type: who names it means the first. The arguments of that are not what
 * the type says, which the kernel puts up with in a program alone, and lets nobody replace it.
 */
static int share_type(struct bpf_prog_load_opts *opts)
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

/* Makes of @program what attaches to @prefix@name. */
static int attach_to(struct bpf_program *program, struct bpf_prog_load_opts *opts,
		     enum bpf_prog_type type, enum bpf_attach_type attach, const char *prefix,
		     const char *name)
{
	char function[96];
	int err;

	snprintf(function, sizeof(function), "%s%s", prefix, name);
	opts->attach_btf_id = types_function(kernel, function);
	opts->expected_attach_type = attach;
	err = bpf_program__set_type(program, type);
	if (!err)
		err = bpf_program__set_expected_attach_type(program, attach);
	if (!err && !opts->attach_btf_id)
		err = -ESRCH;
	return err;
}

static int prepare_hook(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	const char *hook = bpf_program__section_name(program) + strlen("lsm/");
	int err;

	(void)cookie;
	if (attaching == ATTACHMENT_LSM)
		err = attach_to(program, opts, BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_", hook);
	else /* the function that calls the LSM hooks */
		err = attach_to(program, opts, BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN,
				"security_", bpf_program__name(program));
	return err ? err : share_type(opts);
}

static int prepare_iterator(struct bpf_program *program, struct bpf_prog_load_opts *opts,
			    long cookie)
{
	(void)cookie;
	return attach_to(program, opts, BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, "bpf_iter_",
			 bpf_program__section_name(program) + strlen("iter/"));
}

/* What takes a moment only is not to be executed, and Linux 6.3 and later log a file that may be.
 */
static int make_file(void)
{
	int fd = (int)syscall(SYS_memfd_create, "types", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd >= 0 ? fd : (int)syscall(SYS_memfd_create, "types", MFD_CLOEXEC);
}

const struct bpf_object_open_opts *program_options(void)
{
	static struct bpf_object_open_opts options = { .sz = sizeof(options) };
	static char path[32];
	LIBBPF_OPTS(libbpf_prog_handler_opts, hook, .prog_prepare_load_fn = prepare_hook);
	LIBBPF_OPTS(libbpf_prog_handler_opts, iterator, .prog_prepare_load_fn = prepare_iterator);

	registered = libbpf_register_prog_handler("lsm/", NOT_YET, BPF_LSM_MAC, &hook) > 0 &&
		     libbpf_register_prog_handler("iter/", NOT_YET, BPF_TRACE_ITER, &iterator) > 0;
	types_fd = make_file();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", types_fd);
	/* Without, libbpf reads all of them. */
	if (types_fd >= 0 && !access(path, R_OK))
		options.btf_custom_path = path;
	return &options;
}

/* Has libbpf read @types, or all where they can't be written: a limit of the size of files is one.
 */
static int share_types(const struct types *types)
{
	__u32 size;
	const void *data = btf__raw_data(types->btf, &size);
	int fd, err;

	if (!data)
		return -ENOMEM;
	if (types_fd < 0 || pwrite(types_fd, data, size, 0) == (ssize_t)size)
		return 0;
	fd = open(TYPES_PATH, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = dup3(fd, types_fd, O_CLOEXEC) < 0 ? -errno : 0;
	close(fd);
	return err;
}

int program_load(struct bpf_object *object, const struct types *types,
		 enum policy_attachment attachment)
{
	int err = registered ? share_types(types) : -ENOMEM;

	local = bpf_object__btf(object);
	kernel = types;
	attaching = attachment;
	return err ? err : bpf_object__load(object);
}
