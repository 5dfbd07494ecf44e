/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Global functions of a BPF program, which others can replace: who may use bpf(2) puts a
 * BPF_PROG_TYPE_EXT program in the place of one, and it decides.
 */
#ifndef BPFLOCK_FUNCTIONS_H
#define BPFLOCK_FUNCTIONS_H

struct bpf_object;

/*
 * Before an object is opened: those of its programs of "lsm/" are loaded so that no function of
 * them can be replaced. They need an attach target, bpf_program__set_attach_target(), and
 * functions_of(). 0 or a negative errno.
 */
int functions_register(void);

/* The object that is loaded next. */
void functions_of(const struct bpf_object *object);

#endif
