/* SPDX-License-Identifier: GPL-2.0-only */
/* What something was done to, for its record. Nothing here decides. */
#ifndef BPFLOCK_SUBJECT_BPF_H
#define BPFLOCK_SUBJECT_BPF_H

#include "kernel.bpf.h"
#include "record.h"

/* Names above this are not shown; a path shows as much of its end as fits. */
#define SUBJECT_PATH_DEPTH 12

/*
 * @number, which is below RECORD_NAME_MAX, in words that every verifier understands: a compiler
 * that sees the same must not leave the mask out, and 5.10 forgets what it knows of a number on the
 * stack.
 */
#define SUBJECT_BOUND(number)                                                                      \
	({                                                                                         \
		__u32 bound_ = (number);                                                           \
		barrier_var(bound_);                                                               \
		bound_ &(RECORD_NAME_MAX - 1);                                                     \
	})

_Static_assert(RECORD_ROOM == RECORD_NAME_MAX, "the path has room behind the name");

/*
 * @file, with the end of its path inside its filesystem, by reads that can only fail. A function of
 * its own: what it keeps on the stack is not its caller's too, and all may be 512 bytes. So the
 * path is made where it goes, from the end of the name downwards; what follows stays zeros.
 */
static __noinline int subject_file(struct record_subject *subject, const struct file *file)
{
	char *text = (char *)subject + offsetof(struct record_subject, name);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	__u32 at = RECORD_NAME_MAX - 1;

	subject->inode = BPF_CORE_READ(file, f_inode, i_ino);
	subject->device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	for (int i = 0; i < SUBJECT_PATH_DEPTH && dentry; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		__u32 length = BPF_CORE_READ(dentry, d_name.len);
		const unsigned char *name;

		/* A memfd is its own parent, and has a name. */
		if ((parent == dentry && i) || length >= at)
			break;
		at -= length;
		name = BPF_CORE_READ(dentry, d_name.name);
		bpf_probe_read_kernel(text + SUBJECT_BOUND(at), SUBJECT_BOUND(length), name);
		if (parent == dentry)
			break;
		at--;
		text[SUBJECT_BOUND(at)] = '/';
		dentry = parent;
	}
	bpf_probe_read_kernel(subject->name, sizeof(subject->name), text + SUBJECT_BOUND(at));
	return 0;
}

/* The file that the current task has open as descriptor @fd, or 0. */
static __always_inline __u64 subject_descriptor(__u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(kernel_current(), files, fdt);
	__u64 file = 0;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

#endif
