/* SPDX-License-Identifier: GPL-2.0-only */
/* What something was done to, for its record. Nothing here decides. */
#ifndef BPFLOCK_SUBJECT_BPF_H
#define BPFLOCK_SUBJECT_BPF_H

#include "kernel.bpf.h"
#include "record.h"

/* Names above this are not shown; a path shows as much of its end as fits. */
#define SUBJECT_PATH_DEPTH 12

/* The end of the path of @file inside its filesystem, by reads that can only fail. */
static __noinline int subject_path(struct record_subject *subject, const struct file *file)
{
	/* Filled from the middle downwards; the rest stays zeros. */
	char text[2 * RECORD_NAME_MAX] = "";
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	__u32 at = RECORD_NAME_MAX - 1;

	for (int i = 0; i < SUBJECT_PATH_DEPTH && dentry; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		__u32 length = BPF_CORE_READ(dentry, d_name.len);

		/* A memfd is its own parent, and has a name. */
		if ((parent == dentry && i) || length >= at)
			break;
		at -= length;
		/* The verifier wants to see what the test above says. */
		at &= RECORD_NAME_MAX - 1;
		length &= RECORD_NAME_MAX - 1;
		bpf_probe_read_kernel(text + at, length, BPF_CORE_READ(dentry, d_name.name));
		if (parent == dentry)
			break;
		at = (at - 1) & (RECORD_NAME_MAX - 1);
		text[at] = '/';
		dentry = parent;
	}
	bpf_probe_read_kernel(subject->name, sizeof(subject->name), text + at);
	return 0;
}

static __always_inline void subject_file(struct record_subject *subject, const struct file *file)
{
	subject->inode = BPF_CORE_READ(file, f_inode, i_ino);
	subject->device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	subject_path(subject, file);
}

/* The file that @task, the current one, has open as descriptor @fd. */
static __always_inline void subject_descriptor(struct record_subject *subject,
					       struct task_struct *task, __u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file *file = NULL;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	if (file)
		subject_file(subject, file);
}

#endif
