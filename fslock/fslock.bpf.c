// SPDX-License-Identifier: GPL-2.0-only
/*
 * fslock: the files and mounts that lead out of a container, and a root that stays read-only.
 *
 * Threat: a process that has capabilities but is not of the host gets at the host by what is one
 * for all: a filesystem that was made read-only, the disk below it, the settings of the kernel and
 * its devices, and the files that name a program which the kernel then runs on the host. So does
 * the host's root, with what was made read-only.
 *
 * Hooks: sb_mount for mount(2), before all else (fs/namespace.c: path_mount); sb_kern_mount,
 * move_mount, sb_umount and sb_pivotroot for the newer calls; sb_remount for what becomes of a
 * superblock, by whichever call (fs/super.c: reconfigure_super); fs_context_parse_param for where
 * something is mounted from, before the kernel reads it; capable for mount_setattr(2),
 * open_tree_attr(2), open_tree(2) and subvolumes of btrfs, which ask nothing else;
 * file_open for what is opened for writing, by whichever call or handle; path_notify for fanotify;
 * cgroup/sysctl for sysctls as they are written.
 *
 * Invariants: what decides is frozen, in a register, or the kernel's; memory of the process is
 * never read; the verdict comes before its record; of a file that is opened for reading one field
 * is read.
 */
#define RECORD_CGROUP
#define RECORD_SUBJECT
#include "fslock.h"
#include "bpf/policy.bpf.h"
#include "bpf/first.bpf.h"
#include "bpf/subject.bpf.h"
#include "file.bpf.h"
#include "mount.bpf.h"
#include "sysctl.bpf.h"

/* include/linux/fs.h; include/uapi/linux/capability.h, fanotify.h */
#define FMODE_WRITE 2
#define CAP_SYS_ADMIN 21
#define FAN_ONDIR 0x40000000

const volatile struct fslock_kernel fslock_kernel;

/* What a record names. */
enum {
	SOURCE_DENTRY = 1,
	SOURCE_TEXT, /* in the kernel's memory */
};

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	if (source.kind == SOURCE_DENTRY)
		subject_dentry(subject, source.number);
	else if (source.kind == SOURCE_TEXT)
		bpf_probe_read_kernel_str(subject->name, sizeof(subject->name),
					  (const void *)source.number);
}

/*
 * Whether the calling process is trusted, where that matters. A kernel thread, which has no such
 * business of its own, does it for who can't be told (fs/ecryptfs/kthread.c opens what that may
 * not).
 */
static __always_inline bool trusted(void)
{
	return state.policy.profile == PROFILE_BASELINE &&
	       !(KERNEL_READ(kernel_current(), flags) & PF_KTHREAD) &&
	       (trust_current(0, 0, 0) || first_trusted(kernel_number(kernel_current()), 0, 0));
}

/* What decide() is told: one of these and, of a dentry, the id that its record has. */
#define SOURCE_OF(source, id) ((source) | (__u64)(id) << 32)

/* Decides and records @op, done to what @source and @number say: 1 where it is denied. */
BPF_GLOBAL(decide, op, source, number)
{
	__u32 kind = (__u16)source, id = source >> 32;

	return policy_apply(op, decision(&state.policy, op, trusted()),
			    (struct record_source){
				    kind, kind == SOURCE_TEXT ? subject_text_id(number, false) : id,
				    number }) != 0;
}

/* By loads: three calls would cost half as much as the decision. */
static __always_inline __u32 dentry_id(const struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	return inode && !state.confidential ? record_inode_id(inode) : 0;
}

static __always_inline int check(__u32 op, const struct dentry *dentry)
{
	return policy_denial(
		decide(op, SOURCE_OF(SOURCE_DENTRY, dentry_id(dentry)), kernel_number(dentry)));
}

/* A helper that is set by @op is that too: a block of it denies, an exception of it allows nothing.
 */
static __always_inline __u32 helper(__u32 op)
{
	return operation_set_has(&state.policy.block, op) ? op : FSLOCK_HELPER;
}

SEC("lsm/sb_mount")
int BPF_PROG(sb_mount, const char *dev_name, const struct path *path, const char *type,
	     unsigned long flags)
{
	const struct dentry *dentry = KERNEL_FIRST(path->dentry);
	__u64 mnt = KERNEL_READ_AT(kernel_number(path), struct path, mnt);
	bool writes = flags & MS_REMOUNT && !(flags & MS_RDONLY) &&
		      KERNEL_READ_AT(mnt, struct vfsmount, mnt_flags) & MNT_READONLY;

	return check(writes ? FSLOCK_READONLY : FSLOCK_MOUNT, dentry);
}

/*
 * The new flags are not to be seen: what is read-only already is made writable, for all that is
 * known. The kernel itself makes all read-only at the end (sysrq).
 */
SEC("lsm/sb_remount")
int BPF_PROG(sb_remount, struct super_block *sb)
{
	const struct dentry *root = KERNEL_FIRST(sb->s_root);
	bool writes = sb->s_flags & SB_RDONLY;

	if (!writes && (KERNEL_READ(kernel_current(), flags) & PF_KTHREAD || mount_is_asked()))
		return 0;
	return check(writes ? FSLOCK_READONLY : FSLOCK_MOUNT, root);
}

SEC("lsm/sb_kern_mount")
int BPF_PROG(sb_kern_mount, struct super_block *sb)
{
	const struct dentry *root = KERNEL_FIRST(sb->s_root);

	return mount_is_asked() ? 0 : check(FSLOCK_MOUNT, root);
}

/* Where it is mounted from, in @text: 1 where that is denied. */
static __noinline int decide_source(__u64 type, __u64 flags, __u64 text)
{
	if (!(flags & FS_REQUIRES_DEV))
		return 0;
	if (decide(FSLOCK_DEVICE_MOUNT, SOURCE_TEXT, text))
		return 1;
	return mount_may_write(type, 0, 0) && decide(FSLOCK_READONLY, SOURCE_TEXT, text);
}

SEC("lsm/fs_context_parse_param")
int BPF_PROG(fs_context_parse_param, struct fs_context *fc, struct fs_parameter *param)
{
	/* Linux 6.17 and newer take text for a pointer that no function of its own can be given. */
	__u64 key = mount_parameter(kernel_number(param->key), 0, 0);
	__u64 text = kernel_number(param->string);
	bool due = false;

	if (key == MOUNT_RELEASE_AGENT)
		due = decide(FSLOCK_HELPER, SOURCE_TEXT, text);
	else if (!fc->root && key == MOUNT_SOURCE)
		due = decide_source(kernel_number(fc->fs_type), (__u32)fc->fs_type->fs_flags, text);
	return policy_denial(due);
}

SEC("lsm/move_mount")
int BPF_PROG(move_mount, const struct path *from, const struct path *to)
{
	return check(FSLOCK_MOUNT, to->dentry);
}

SEC("lsm/sb_umount")
int BPF_PROG(sb_umount, struct vfsmount *mnt)
{
	return check(FSLOCK_MOUNT, mnt->mnt_root);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(sb_pivotroot, const struct path *old, const struct path *new)
{
	return check(FSLOCK_MOUNT, new->dentry);
}

/* Who asks for CAP_SYS_ADMIN. */
static __noinline int decide_admin(struct cred *cred, struct user_namespace *ns)
{
	__u64 flags;
	enum syscall call = mount_call(&flags);
	bool attributes = call == SYSCALL_MOUNT_SETATTR || call == SYSCALL_OPEN_TREE_ATTR;

	if (!attributes && !mount_is_subvolume(call, flags) &&
	    !(call == SYSCALL_OPEN_TREE && flags & (OPEN_TREE_CLONE | OPEN_TREE_NAMESPACE)))
		return 0;
	/* Who lacks it is denied by the kernel; attached as fmod_ret we are asked first. */
	if (!ns->level && !kernel_capable(false, cred, CAP_SYS_ADMIN))
		return 0;
	/* What is asked for is in the memory of the process, which can change it: it may be either.
	 */
	if (attributes && decide(FSLOCK_READONLY, 0, 0))
		return policy_denial(true);
	return policy_denial(decide(FSLOCK_MOUNT, 0, 0));
}

SEC("lsm/capable")
int BPF_PROG(capable, struct cred *cred, struct user_namespace *ns, int cap)
{
	return cap == CAP_SYS_ADMIN ? decide_admin(cred, ns) : 0;
}

/* What is opened for writing: a function of its own, so that who reads saves no register. */
static __noinline int decide_write(struct file *file)
{
	struct inode *inode = file->f_inode;
	struct dentry *dentry = file->f_path.dentry;
	__u64 magic = inode->i_sb->s_magic;
	__u32 op;

	if (file_is_disk(inode))
		op = FSLOCK_DEVICE_WRITE;
	else if (magic == SYSFS_MAGIC)
		op = file_names_helper(kernel_number(dentry), file_node(inode), 0)
			     ? helper(FSLOCK_SYSFS)
			     : FSLOCK_SYSFS;
	else
		op = file_special(inode, dentry, magic, fslock_kernel.sysrq);
	return op ? check(op, dentry) : 0;
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file)
{
	return file->f_mode & FMODE_WRITE ? decide_write(file) : 0;
}

/*
 * Whether @type is of marks that hand out no folder: on a mount namespace, or on one file or
 * folder, unless fanotify_mark(2) asks for what is done to folders. A descriptor of one leads, from
 * the mount by which somebody else opens it, to all above it there.
 */
static __always_inline bool hands_out_none(__u32 type)
{
	if (type == bpf_core_enum_value(enum fsnotify_obj_type, FSNOTIFY_OBJ_TYPE_INODE)) {
		__u64 mask;
		enum syscall call = mount_call(&mask);

		return call == SYSCALL_FANOTIFY_MARK ? !(mask & FAN_ONDIR)
						     : call != SYSCALL_UNKNOWN;
	}
	return bpf_core_enum_value_exists(enum fsnotify_obj_type, FSNOTIFY_OBJ_TYPE_MNTNS) &&
	       type == bpf_core_enum_value(enum fsnotify_obj_type, FSNOTIFY_OBJ_TYPE_MNTNS);
}

SEC("lsm/path_notify")
int BPF_PROG(path_notify, const struct path *path, __u64 mask, unsigned int type)
{
	const struct dentry *dentry = KERNEL_FIRST(path->dentry);

	return hands_out_none(type) ? 0 : check(FSLOCK_WATCH, dentry);
}

/* Whose name does not fit is shown as much of it as does. */
SEC("cgroup/sysctl")
int sysctl_write(struct bpf_sysctl *ctx)
{
	/* Written, as Linux 6.1 wants what it calls memory. */
	char name[SYSCTL_NAME_MAX] = "";
	__u32 op = FSLOCK_SYSCTL;
	int ret;

	if (!ctx->write)
		return 1;
	if (bpf_sysctl_get_name(ctx, name, sizeof(name), 0) > 0 &&
	    sysctl_is_helper(kernel_number(name), 0, 0))
		op = helper(FSLOCK_SYSCTL);
	ret = decide(op, SOURCE_TEXT, kernel_number(name));
	/* The compiler may know which values that has, the verifier does not. */
	barrier_var(ret);
	return !ret;
}

char _license[] SEC("license") = "GPL";
