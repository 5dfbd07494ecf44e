/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a BPF program never runs under the constants that it is loaded with. The verifier drops it
 * too, but the kernel keeps the memory that it came in (kernel/bpf/core.c: bpf_remove_insns), once
 * for each program.
 */
#ifndef BPFLOCK_DEAD_H
#define BPFLOCK_DEAD_H

#include <stddef.h>

#include <linux/types.h>

struct bpf_insn;
struct bpf_prog_load_opts;
struct bpf_program;
struct frozen_copies;

/* A map of constants, by the descriptor that instructions have; the last of a list has no data. */
struct dead_constants {
	int fd;
	const char *data;
	size_t size;
};

/*
 * Takes out of the @count instructions at @insns what is never run where the constants are these:
 * code behind a branch that is never taken, functions that nothing calls then, and each goto to
 * what follows it then. @places, of @count and one, is where each instruction is now, or, for one
 * that is gone, the next that is not. Returns how many are left, or a negative errno: nothing is
 * changed.
 */
int dead_remove(struct bpf_insn *insns, __u32 count, const struct dead_constants *constants,
		__u32 *places);

/*
 * The same of @prog, which is to be loaded by @opts: libbpf's own, of which what is told about
 * instructions follows them. Returns 0 or a negative errno.
 */
int dead_leave_out(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
		   const struct frozen_copies *constants);

#endif
