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
#define E2BIG 7
#define EEXIST 17
#define ENOSYS 38

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
	struct mount *root; /* the first mount */
	struct user_namespace *user_ns;
};

/* include/linux/user_namespace.h: 0 is init_user_ns, each child one more, up to 32. */
struct user_namespace {
	struct user_namespace *parent;
	int level;
};

/* include/linux/cred.h: the supplementary groups. */
struct group_info {
	int ngroups;
	struct {
		__u32 val;
	} gid[1];
};

/* include/linux/capability.h: __u32[2] up to Linux 6.2, a u64 from 6.3; the first word is the same.
 */
struct cred {
	struct user_namespace *user_ns;
	struct kernel_cap {
		__u32 cap[2];
	} cap_effective;
	struct {
		__u32 val;
	} egid; /* by its number in the initial user namespace */
	struct group_info *group_info;
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

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

/* include/linux/pid.h: numbers[level] is the active namespace, numbers[0] the initial one; tasks[0]
 * is who has it. */
struct pid {
	unsigned int level;
	struct hlist_head tasks[1];
	struct upid numbers[1];
};

/* fs/kernfs: the number of a cgroup, as name_to_handle_at(2) and stat(2) give it, and its name. */
struct kernfs_node {
	const char *name;
	__u64 id;
	unsigned short flags; /* include/linux/kernfs.h: enum kernfs_node_type and more */
	struct kernfs_node *parent;
};

struct kernfs_node___6_15 {
	struct kernfs_node *__parent;
};

/* include/linux/module.h: what a module's section .gnu.linkonce.this_module holds. */
struct module {
	char name[56];
};

struct cgroup;

/* include/linux/cgroup-defs.h: a cgroup's own state has no ->ss and points back to it. */
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	int level; /* of the root: 0 */
	struct kernfs_node *kn;
};

struct cgroup___6_1 {
	struct cgroup *ancestors[1]; /* by level, itself last */
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
	unsigned long state;
};

struct file;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct {
		int counter;
	} count; /* of processes and threads that share it */
	struct fdtable *fdt;
};

struct fs_struct;

/* include/linux/sched/signal.h: of a thread group. */
struct signal_struct {
	unsigned int flags;
};

/* arch/x86/include/asm/thread_info.h; read by syscall.bpf.h only. */
struct thread_info {
	__u32 status;
};

/* include/linux/mm_types.h: what a process runs, and where its arguments are, in its own memory. */
struct mm_struct {
	unsigned long arg_start, arg_end;
	struct file *exe_file;
};

struct list_head {
	struct list_head *next;
};

struct task_struct {
	unsigned int personality;
	unsigned int flags;
	void *stack;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	int pid;
	int tgid;
	unsigned int ptrace; /* not 0: traced */
	struct task_struct *real_parent;
	struct list_head children; /* of this thread */
	struct task_struct *group_leader;
	__u64 start_boottime;
	char comm[16];
	struct css_set *cgroups;
	struct pid *thread_pid;
	struct hlist_node pid_links[1];
	struct cred *cred;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct thread_info thread_info;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct qstr {
	__u32 hash;
	__u32 len;
	const unsigned char *name;
};

struct inode;

/* include/linux/dcache.h: unhashed, that is not to be found by its name, where pprev is NULL. */
struct dentry {
	unsigned int d_flags;
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

/* include/linux/dcache.h: macros before Linux 6.14, with other values. */
#define DCACHE_MOUNTED_MACRO (1 << 16)

enum dentry_flags {
	DCACHE_MOUNTED = 1,
};

struct super_block;

/* include/linux/fs.h: all superblocks of a type, the newest first. */
struct file_system_type {
	int fs_flags;
	struct hlist_head fs_supers;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
	struct hlist_node s_instances;
	struct block_device *s_bdev;
	struct user_namespace *s_user_ns;
	struct list_head s_mounts; /* before Linux 6.18 */
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
};

/* fs/mount.h: in the list of its superblock. */
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct list_head mnt_instance; /* before Linux 6.18 */
	struct list_head mnt_mounts;   /* what is mounted on it, by mnt_child */
	struct list_head mnt_child;
	struct list_head mnt_share; /* all that share what is mounted on them */
	struct mount *mnt_master;   /* what this one follows */
	struct mnt_namespace *mnt_ns;
};

/* fs/mount.h: since Linux 6.17 what was MNT_SHARED is here. */
struct mount___6_17 {
	int mnt_t_flags;
};

/* Since Linux 6.18 (fs/namespace.c: mnt_add_instance): the newest comes first. */
struct super_block___6_18 {
	struct mount *s_mounts;
};

struct mount___6_18 {
	struct mount *mnt_next_for_sb;
};

struct inode {
	unsigned short i_mode;
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	__u32 i_rdev;
	unsigned long i_state; /* before Linux 6.18 */
	void *i_private;       /* of kernfs: the node */
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

/* fs/proc/internal.h: the inode is part of it; whose it is, NULL for nobody's. */
struct proc_inode {
	struct pid *pid;
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
	unsigned int f_mode;
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

/* include/linux/fs_context.h: @root is that of a filesystem which is there already. */
struct fs_context {
	struct file_system_type *fs_type;
	struct dentry *root;
};

struct fs_parameter {
	const char *key;
	char *string;
};

/* include/linux/fsnotify_backend.h: the numbers differ between kernels. */
enum fsnotify_obj_type {
	FSNOTIFY_OBJ_TYPE_INODE = 0,
	FSNOTIFY_OBJ_TYPE_MNTNS = 4, /* since Linux 6.15 */
};

/* include/linux/bpf.h */
struct bpf_link {
	enum bpf_link_type type;
};

struct linux_binprm {
	struct file *file;
	const char *filename;
	const char *interp; /* the same pointer, but for a script or what is like one */
	unsigned long exec; /* where the new program has the filename, in its own memory */
	char buf[256];	    /* how the file begins */
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

/* include/net/sock.h, include/linux/net.h */
struct sock_common {
	unsigned short skc_family;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct socket {
	struct sock *sk;
};

/* include/asm/ptrace.h of arch/x86, arch/arm64 and arch/riscv; read by syscall.bpf.h only. */
struct pt_regs___x86 {
	unsigned long bx;
	unsigned long ax;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long cs;
	unsigned long si;
	unsigned long dx;
	unsigned long cx;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	int syscallno;
};

struct pt_regs___riscv {
	unsigned long orig_a0;
	unsigned long a1;
	unsigned long a2;
	unsigned long a7;
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

/* include/linux/bpf.h */
struct bpf_prog_aux {
	bool kprobe_write_ctx; /* Linux 6.18 */
};

struct bpf_prog {
	struct bpf_prog_aux *aux;
};

/* include/linux/security.h: the numbers differ between kernels, also within a series. */
enum lockdown_reason {
	LOCKDOWN_BPF_WRITE_USER = 1,
	LOCKDOWN_MODULE_SIGNATURE,
	LOCKDOWN_MODULE_PARAMETERS,
};

#pragma clang attribute pop

#endif
