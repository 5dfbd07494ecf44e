/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel types and fields that the suite reads, and no others: the one
 * list to review on a new kernel. Offsets are relocated at load (CO-RE).
 */
#ifndef BPFLOCK_KERNEL_BPF_H
#define BPFLOCK_KERNEL_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EPERM 1
#define EEXIST 17

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct uts_namespace;
struct ipc_namespace;
struct net;
struct cgroup_namespace;
struct time_namespace;

struct ns_common {
	unsigned int inum;
};

struct user_namespace;

struct mnt_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

/* include/linux/user_namespace.h: 0 is init_user_ns, each child one more, up to 32. */
struct user_namespace {
	struct user_namespace *parent;
	int level;
};

/* include/linux/capability.h: __u32[2] up to Linux 6.2, a u64 from 6.3; the first word is the same.
 */
struct cred {
	struct user_namespace *user_ns;
	struct kernel_cap {
		__u32 cap[2];
	} cap_effective;
};

struct pid_namespace;

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct cgroup_namespace *cgroup_ns;
};

struct task_struct;

struct pid_namespace {
	struct task_struct *child_reaper;
	unsigned int level;
	struct pid_namespace *parent;
	struct ns_common ns;
};

struct upid {
	struct pid_namespace *ns;
};

/* include/linux/pid.h: numbers[level] is the active namespace, numbers[0] the initial one. */
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

/* fs/kernfs: the number of a cgroup, as name_to_handle_at(2) and stat(2) give it. */
struct kernfs_node {
	__u64 id;
};

struct cgroup;

/* include/linux/cgroup-defs.h: a cgroup's own state has no ->ss and points back to it. */
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

/* include/linux/blkdev.h: how a device says that it is read-only; see origin.bpf.h. */
struct hd_struct {
	int policy;
};

struct gendisk;

struct block_device {
	struct hd_struct *bd_part; /* up to 5.10 */
	bool bd_read_only;	   /* from 5.11 */
	struct {
		int counter;
	} __bd_flags; /* from 6.10 */
	struct gendisk *bd_disk;
};

struct gendisk {
	struct block_device *part0; /* from 5.11 */
	unsigned long state;
};

struct file;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct;

struct task_struct {
	unsigned int personality;
	unsigned int flags;
	void *stack;
	struct fs_struct *fs;
	struct files_struct *files;
	int tgid;
	unsigned int ptrace; /* not 0: traced */
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	__u64 start_boottime;
	char comm[16];
	struct css_set *cgroups;
	struct pid *thread_pid;
	struct cred *cred;
	struct nsproxy *nsproxy;
};

struct list_head {
	struct list_head *next;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct qstr {
	__u32 hash;
	__u32 len;
	const unsigned char *name;
};

/* include/linux/dcache.h: unhashed, that is not to be found by its name, where pprev is NULL. */
struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct block_device *s_bdev;
	struct user_namespace *s_user_ns;
	struct list_head s_mounts; /* before Linux 6.18 */
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

/* fs/mount.h: in the list of its superblock. */
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct list_head mnt_instance; /* before Linux 6.18 */
	struct mnt_namespace *mnt_ns;
};

/* Since Linux 6.18 (fs/namespace.c: mnt_add_instance): the newest comes first. */
struct super_block___6_18 {
	struct mount *s_mounts;
};

struct mount___6_18 {
	struct mount *mnt_next_for_sb;
};

struct inode {
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	unsigned long i_state; /* before Linux 6.18 */
};

/* include/linux/fs.h: macros before Linux 6.18, where they are an enum, then one in a structure. */
#define I_LINKABLE_MACRO (1 << 10)

enum inode_state_flags_t {
	I_LINKABLE = 1,
};

struct inode___6_18 {
	enum inode_state_flags_t i_state;
};

enum inode_state_flags_enum {
	I_LINKABLE___6_19 = 1,
};

struct inode_state_flags {
	enum inode_state_flags_enum __state;
};

struct inode___6_19 {
	struct inode_state_flags i_state;
};

/* mm/shmem.c, fs/hugetlbfs/inode.c: the inode is part of these. */
struct shmem_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
};

struct hugetlbfs_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct fs_struct {
	struct path root;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

struct linux_binprm {
	struct file *file;
	char buf[256]; /* how the file begins */
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

/* arch/x86/include/asm/ptrace.h, arch/arm64/include/asm/ptrace.h; read by syscall.bpf.h only. */
struct pt_regs___x86 {
	unsigned long bx;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long cs;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	int syscallno;
};

struct seq_file;

/* include/linux/bpf.h, kernel/bpf/map_iter.c: the context of an iterator over a map. */
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 seq_num;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	void *key;
	void *value;
};

/* include/linux/security.h: the numbers differ between kernels, also within a series. */
enum lockdown_reason {
	LOCKDOWN_BPF_WRITE_USER = 1,
	LOCKDOWN_MODULE_SIGNATURE,
	LOCKDOWN_MODULE_PARAMETERS,
};

#pragma clang attribute pop

/*
 * Linux 5.10 has no pointer to the current task that a program may follow
 * (bpf_get_current_task_btf() came with 5.11): there, and only there, each field
 * costs a call. The verifier drops the branch that is not the kernel's.
 */
#define KERNEL_FOLLOWS_TASK                                                                        \
	bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)

static __always_inline struct task_struct *kernel_current_by(bool follows)
{
	if (follows)
		return bpf_get_current_task_btf();
	return (struct task_struct *)bpf_get_current_task();
}

static __always_inline struct task_struct *kernel_current(void)
{
	return kernel_current_by(KERNEL_FOLLOWS_TASK);
}

/*
 * A field of what is reached from kernel_current(), followed or by a call; 0 where it can't be
 * read. Who reads many does all that he does twice, with @follows a constant: what the verifier
 * drops it drops at once, and each piece would have it move all that comes after.
 */
#define KERNEL_READ_BY(follows, pointer, field)                                                    \
	({                                                                                         \
		typeof((pointer)->field) value_ = 0;                                               \
		if (follows)                                                                       \
			value_ = (pointer)->field;                                                 \
		else                                                                               \
			bpf_core_read(&value_, sizeof(value_), &(pointer)->field);                 \
		value_;                                                                            \
	})

#define KERNEL_READ(pointer, field) KERNEL_READ_BY(KERNEL_FOLLOWS_TASK, pointer, field)

/* The same from a pointer as a number, which is what functions of their own can be given. */
#define KERNEL_READ_AT(number, type, field)                                                        \
	({                                                                                         \
		typeof(((type *)0)->field) read_ = 0;                                              \
		bpf_core_read(&read_, sizeof(read_), &((type *)(number))->field);                  \
		(__u64) read_;                                                                     \
	})

/*
 * What loops or is called from many places is a global function: it is verified by itself, and not
 * once for each call, but where BTF can't be loaded, which may be denied. All have as many
 * arguments, by which common/program.c keeps others from replacing them.
 */
#define GLOBAL_FUNCTION(name, a, b, c) __noinline __u64 name(__u64 a, __u64 b, __u64 c)
#define GLOBAL_UNUSED(argument) asm volatile("" : : "r"(argument)) /* set by each caller */

/* A followed pointer as such a number: what is negated the verifier takes for one. */
static __always_inline __u64 kernel_number(const void *pointer)
{
	__u64 number = (__u64)pointer;

	asm volatile("%0 = -%0\n%0 = -%0" : "+r"(number));
	return number;
}

/* include/linux/sched.h, the same in all versions. */
#define PF_KTHREAD 0x00200000

/* Whether @cred has capability @cap, one of the first 32, over the whole machine. */
static __always_inline bool kernel_capable(struct cred *cred, int cap)
{
	struct user_namespace *ns = KERNEL_READ(cred, user_ns);
	__u32 word = 0;

	if (!ns || KERNEL_READ(ns, level) != 0)
		return false;
	if (KERNEL_FOLLOWS_TASK)
		word = *(__u32 *)&cred->cap_effective;
	else
		bpf_core_read(&word, sizeof(word), &cred->cap_effective);
	return word >> cap & 1;
}

#define KERNEL_READ_COMM(follows, to, task)                                                        \
	do {                                                                                       \
		if (follows)                                                                       \
			__builtin_memcpy(to, (task)->comm, sizeof((task)->comm));                  \
		else                                                                               \
			bpf_core_read(to, sizeof((task)->comm), &(task)->comm);                    \
	} while (0)

#endif
