// SPDX-License-Identifier: GPL-2.0-only
/*
 * tamper KIND FUNCTION RETURN COMMAND...: with libbpf, loads and attaches to the kernel's
 * FUNCTION a program of KIND (fmod_ret, lsm, fentry) that answers RETURN, and runs COMMAND
 * while it is attached. Exits as COMMAND does, with 101 where the load was denied with
 * EPERM, 102 where loading or attaching failed otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

int main(int argc, char **argv)
{
	struct bpf_insn program[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, argc > 3 ? atoi(argv[3]) : 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	enum bpf_prog_type type = BPF_PROG_TYPE_TRACING;
	struct btf *btf;
	int prog;

	if (argc < 5)
		return 64;
	btf = btf__load_vmlinux_btf();
	opts.expected_attach_type = BPF_MODIFY_RETURN;
	if (!strcmp(argv[1], "lsm")) {
		type = BPF_PROG_TYPE_LSM;
		opts.expected_attach_type = BPF_LSM_MAC;
	} else if (!strcmp(argv[1], "fentry")) {
		opts.expected_attach_type = BPF_TRACE_FENTRY;
	}
	opts.attach_btf_id = (__u32)btf__find_by_name_kind(btf, argv[2], BTF_KIND_FUNC);
	prog = bpf_prog_load(type, "tamper", "GPL", program, 2, &opts);
	if (prog < 0) {
		fprintf(stderr, "tamper: cannot load: %s\n", strerror(errno));
		return errno == EPERM ? 101 : 102;
	}
	prog = bpf_raw_tracepoint_open(NULL, prog);
	if (prog < 0) {
		fprintf(stderr, "tamper: cannot attach: %s\n", strerror(errno));
		return 102;
	}
	fcntl(prog, F_SETFD, 0); /* the command holds it */
	execvp(argv[4], argv + 4);
	return 102;
}
