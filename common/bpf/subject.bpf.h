/* SPDX-License-Identifier: GPL-2.0-only */
/* What something was done to, for its record. Nothing here decides. */
#ifndef BPFLOCK_SUBJECT_BPF_H
#define BPFLOCK_SUBJECT_BPF_H

#include "bpf/read.bpf.h"
#include "abi/record.h"

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

/* Where a path is made: in what comes before the subject, and nothing is in yet. */
#define SUBJECT_PLACE offsetof(struct record_named, subject)

_Static_assert(SUBJECT_PLACE >= RECORD_NAME_MAX &&
		       sizeof(struct record_named) >= 2 * RECORD_NAME_MAX,
	       "the path has room, and behind it what the verifier thinks that it may need");

/*
 * What @dentry names, with the end of its path inside its filesystem, by reads that can only fail.
 * A function of its own: what it keeps on the stack is not its caller's too, and all may be 512
 * bytes. So the path is made where nothing is yet, from the end of the room for a name downwards.
 */
static __noinline int subject_dentry(struct record_subject *subject, __u64 dentry)
{
	char *text = (char *)subject - SUBJECT_PLACE;
	__u64 inode = KERNEL_READ_AT(dentry, struct dentry, d_inode), parent;
	__u32 at = RECORD_NAME_MAX - 1;
	struct qstr name;

	subject->inode = KERNEL_READ_AT(inode, struct inode, i_ino);
	inode = KERNEL_READ_AT(inode, struct inode, i_sb);
	subject->device = record_device(KERNEL_READ_AT(inode, struct super_block, s_dev));
	for (int i = 0; i < SUBJECT_PATH_DEPTH && dentry; i++) {
		parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
		if (bpf_core_read(&name, sizeof(name), &((struct dentry *)dentry)->d_name))
			break;
		/* A memfd is its own parent, and has a name. */
		if ((parent == dentry && i) || name.len >= at)
			break;
		at -= name.len;
		bpf_probe_read_kernel(text + SUBJECT_BOUND(at), SUBJECT_BOUND(name.len), name.name);
		if (parent == dentry)
			break;
		at--;
		text[SUBJECT_BOUND(at)] = '/';
		dentry = parent;
	}
	bpf_probe_read_kernel(subject->name, SUBJECT_BOUND(RECORD_NAME_MAX - at),
			      text + SUBJECT_BOUND(at));
	return 0;
}

/*
 * What record_id() takes of the inode at @inode; its superblock stays where it is. Not called where
 * @state.confidential, nor is what leads to it read.
 */
static __always_inline __u32 subject_inode_id(__u64 inode)
{
	return record_id(KERNEL_READ_AT(inode, struct inode, i_ino),
			 KERNEL_READ_AT(inode, struct inode, i_sb));
}

static __always_inline __u32 subject_dentry_id(__u64 dentry)
{
	if (state.confidential)
		return 0;
	return subject_inode_id(KERNEL_READ_AT(dentry, struct dentry, d_inode));
}

static __always_inline __u32 subject_file_id(__u64 file)
{
	if (state.confidential)
		return 0;
	return subject_inode_id(KERNEL_READ_AT(file, struct file, f_inode));
}

/*
 * The id of the text at @text, in the kernel's memory or, @user, a process's. Who chooses it knows
 * to some milliseconds when the process was started, and can't make two of one id.
 */
__attribute__((unused)) static __noinline __u32 subject_text_id(__u64 text, bool user)
{
	__u64 name[RECORD_NAME_MAX / 8] = { 0 }, sum = record_start(record_ids());

	if (state.confidential)
		return 0;
	if (user)
		bpf_probe_read_user_str(name, sizeof(name), (const void *)text);
	else
		bpf_probe_read_kernel_str(name, sizeof(name), (const void *)text);
	for (int i = 0; i < RECORD_NAME_MAX / 8 && name[i]; i++)
		sum = record_mix(sum, name[i]);
	return record_id(sum, 0);
}

/* Of an overlay the inode is the one that the file is read from. */
static __always_inline void subject_file(struct record_subject *subject, const struct file *file)
{
	__u64 number = (__u64)file, inode = KERNEL_READ_AT(number, struct file, f_inode), sb;

	subject_dentry(subject, KERNEL_READ_AT(number, struct file, f_path.dentry));
	subject->inode = KERNEL_READ_AT(inode, struct inode, i_ino);
	sb = KERNEL_READ_AT(inode, struct inode, i_sb);
	subject->device = record_device(KERNEL_READ_AT(sb, struct super_block, s_dev));
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
