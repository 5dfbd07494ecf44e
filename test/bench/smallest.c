// SPDX-License-Identifier: GPL-2.0-only
/*
 * smallest HOOK...: attaches the empty programs of these names, as the smallest
 * program that uses libbpf would, and pins them in /sys/fs/bpf/empty-PROGRAM, where PROGRAM
 * is what it was built for. BENCH_FMOD_RET in the environment: as fmod_ret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <bpf/libbpf.h>

#include "smallest.skel.h"

static int choose(struct bpf_program *program, char **hooks)
{
	char target[64], *more;

	while (*hooks && strcmp(*hooks, bpf_program__name(program)))
		hooks++;
	if (!*hooks)
		return bpf_program__set_autoload(program, false);
	if (!getenv("BENCH_FMOD_RET") ||
	    bpf_program__expected_attach_type(program) == BPF_TRACE_RAW_TP)
		return 0;
	snprintf(target, sizeof(target), "security_%s", bpf_program__name(program));
	more = strstr(target, "__"); /* as sections_target() */
	if (more)
		*more = '\0';
	bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
	bpf_program__set_expected_attach_type(program, BPF_MODIFY_RETURN);
	return bpf_program__set_attach_target(program, 0, target);
}

static int attach(struct bpf_program *program)
{
	struct bpf_link *link;
	char path[128];

	if (!bpf_program__autoload(program))
		return 0;
	link = bpf_program__attach(program);
	snprintf(path, sizeof(path), "/sys/fs/bpf/empty-" PROGRAM "/%s",
		 bpf_program__name(program));
	return !link || bpf_link__pin(link, path);
}

int main(int argc, char **argv)
{
	struct smallest_bpf *skeleton = smallest_bpf__open();
	struct bpf_program *program;

	(void)argc;
	if (!skeleton)
		return 1;
	bpf_object__for_each_program(program, skeleton->obj)
		if (choose(program, argv + 1))
			return 1;
	if (smallest_bpf__load(skeleton))
		return 1;
	mkdir("/sys/fs/bpf/empty-" PROGRAM, 0700);
	bpf_object__for_each_program(program, skeleton->obj)
		if (attach(program))
			return 1;
	return 0;
}
