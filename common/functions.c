// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "functions.h"

static const struct btf *types; /* of the object that is loaded */

void functions_of(const struct bpf_object *object)
{
	types = bpf_object__btf(object);
}

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
static int share_type(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct btf_type *shared = NULL;
	__u32 id = 0;

	(void)program;
	(void)cookie;
	for (__u32 i = 1; i < opts->func_info_cnt; i++) {
		__u32 *type_id = type_of(opts, i);
		const struct btf_type *type = btf__type_by_id(types, *type_id);

		if (!is_global(type))
			continue;
		type = btf__type_by_id(types, type->type);
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

int functions_register(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = share_type);
	int id = libbpf_register_prog_handler("lsm/", BPF_PROG_TYPE_LSM, BPF_LSM_MAC, &opts);

	return id < 0 ? id : 0;
}
