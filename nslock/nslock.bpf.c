// SPDX-License-Identifier: GPL-2.0-only
/*
 * nslock: who may make, enter and have power in namespaces, and reach into trusted processes.
 *
 * Threat: a process that is not of the host makes namespaces to get at kernel code that asks
 * for a capability in them only, joins those of others, or uses a process of the host by
 * ptrace(2) and what asks for the same. So does an unprivileged process of the host by a user
 * namespace.
 *
 * Hooks: no kernel has one for namespaces but userns_create. task_alloc has the flags of
 * clone(2) and clone3(2) as the kernel copied them, so that nobody changes them afterwards;
 * unshare(2), setns(2), open_tree(2), open_tree_attr(2) and fsmount(2) ask capable for
 * CAP_SYS_ADMIN, and have their flags in a register. ptrace_access_check is asked for all that a
 * process does with another's memory, descriptors and namespaces, ptrace_traceme where the other
 * asks for it; file_open for the files of /proc that since Linux 6.15 CAP_PERFMON reads whatever
 * that says.
 *
 * Invariants: what decides is frozen, in a register, or the kernel's; the verdict comes before
 * its record; who is not known is not trusted.
 */
#include "nslock.h"
#include "proc.bpf.h"
#include "trusted.bpf.h"
#include "bpf/policy.bpf.h"
#include "bpf/syscall.bpf.h"

/* include/uapi/linux/sched.h */
#define CLONE_NEWTIME 0x00000080
#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CLONE_EMPTY_MNTNS (1ULL << 37) /* Linux 7.1 */
#define UNSHARE_EMPTY_MNTNS 0x00100000
/* include/uapi/linux/mount.h, since Linux 7.0 */
#define OPEN_TREE_NAMESPACE 0x2
#define FSMOUNT_NAMESPACE 0x2

#define CLONE_NESTED                                                                               \
	(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |             \
	 CLONE_NEWPID | CLONE_NEWNET | CLONE_EMPTY_MNTNS)

/* include/uapi/linux/capability.h; include/linux/security.h; include/linux/ptrace.h */
#define CAP_SYS_ADMIN 21
#define CAP_OPT_NOAUDIT 2
#define PTRACE_MODE_ATTACH 2
#define PTRACE_MODE_NOAUDIT 4

const volatile struct nslock_kernel nslock_kernel;

#define BIT(op) (1ULL << (op))

/* The operations that @flags of clone(2) ask for, but user: a bit for each. */
static __always_inline __u64 nested(__u64 flags)
{
	__u64 ops = 0;

	ops |= flags & (CLONE_NEWNS | CLONE_EMPTY_MNTNS) ? BIT(NSLOCK_MNT) : 0;
	ops |= flags & CLONE_NEWNET ? BIT(NSLOCK_NET) : 0;
	ops |= flags & CLONE_NEWPID ? BIT(NSLOCK_PID) : 0;
	ops |= flags & CLONE_NEWIPC ? BIT(NSLOCK_IPC) : 0;
	ops |= flags & CLONE_NEWUTS ? BIT(NSLOCK_UTS) : 0;
	ops |= flags & CLONE_NEWCGROUP ? BIT(NSLOCK_CGROUP) : 0;
	ops |= flags & CLONE_NEWTIME ? BIT(NSLOCK_TIME) : 0;
	return ops;
}

/* Decides and records @op: a function of its own, which a loop calls. */
BPF_GLOBAL(decide_one, op, trusted, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	return policy_apply(op, decision(&state.policy, op, trusted), POLICY_NO_SOURCE) != 0;
}

/* Decides and records each of @ops: all are asked for at once, and one denial is enough. */
static __always_inline bool decide(__u64 ops)
{
	bool trusted = trusted_current(), due = false;

	for (__u32 op = NSLOCK_MNT; op <= NSLOCK_JOIN; op++)
		if (ops & BIT(op))
			due |= decide_one(op, trusted, 0);
	return due;
}

BPF_GLOBAL(decide_user, unused, neither, nor)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	BPF_GLOBAL_UNUSED(nor);
	bool trusted = trusted_current();

	if (kernel_capable(false, KERNEL_READ_BY(false, kernel_current(), cred), CAP_SYS_ADMIN))
		return policy_apply(NSLOCK_USER, decision(&state.policy, NSLOCK_USER, trusted),
				    POLICY_NO_SOURCE) != 0;
	return policy_apply(
		       NSLOCK_USER_UNPRIVILEGED,
		       decision_both(&state.policy, NSLOCK_USER, NSLOCK_USER_UNPRIVILEGED, trusted),
		       POLICY_NO_SOURCE) != 0;
}

SEC("lsm/userns_create")
int BPF_PROG(create_user_ns, const struct cred *cred)
{
	return policy_denial(decide_user(0, 0, 0));
}

/* Of unshare(2) on a kernel without that hook, which then fails with ENOMEM. */
SEC("lsm/cred_prepare")
int BPF_PROG(prepare_creds, struct cred *new)
{
	struct task_struct *task = kernel_current();
	__u64 flags;

	if (KERNEL_READ(task, flags) & PF_KTHREAD ||
	    syscall_current(SYSCALLS_NAMESPACES, task, &flags) != SYSCALL_UNSHARE ||
	    !(flags & CLONE_NEWUSER))
		return 0;
	return policy_denial(decide_user(0, 0, 0));
}

/* Of clone(2): a function of its own, so that who makes none does nothing. */
static __noinline int decide_clone(__u64 flags)
{
	bool due = false;

	if (flags & CLONE_NEWUSER && !nslock_kernel.userns_create)
		due = decide_user(0, 0, 0);
	if (!due && flags & CLONE_NESTED)
		due = decide(nested(flags));
	return policy_denial(due);
}

SEC("lsm/task_alloc")
int BPF_PROG(task_alloc, struct task_struct *task, __u64 flags)
{
	return flags & (CLONE_NESTED | CLONE_NEWUSER) ? decide_clone(flags) : 0;
}

/* What the current process, @task, does in the system call that it is in. */
static __always_inline __u64 asked(struct task_struct *task)
{
	__u64 flags;

	switch (syscall_current(SYSCALLS_NAMESPACES, task, &flags)) {
	case SYSCALL_UNSHARE:
		return nested(flags & UNSHARE_EMPTY_MNTNS ? flags | CLONE_NEWNS : (__u32)flags);
	case SYSCALL_SETNS:
		return BIT(NSLOCK_JOIN);
	case SYSCALL_OPEN_TREE:
		return flags & OPEN_TREE_NAMESPACE ? BIT(NSLOCK_MNT) : 0;
	case SYSCALL_FSMOUNT:
		return flags & FSMOUNT_NAMESPACE ? BIT(NSLOCK_MNT) : 0;
	case SYSCALL_UNKNOWN:
	case SYSCALL_OTHER:
	case SYSCALL_INIT_MODULE:
	case SYSCALL_FINIT_MODULE:
	case SYSCALL_DELETE_MODULE:
	case SYSCALL_MOUNT:
	case SYSCALL_MOUNT_SETATTR:
	case SYSCALL_OPEN_TREE_ATTR:
	case SYSCALL_FANOTIFY_MARK:
	case SYSCALL_IOCTL:
	default:
		return 0;
	}
}

/* Who asks for CAP_SYS_ADMIN. */
static __noinline int decide_admin(struct cred *cred, struct user_namespace *ns)
{
	struct task_struct *task = kernel_current();
	__u64 ops;

	if (KERNEL_READ(task, flags) & PF_KTHREAD)
		return 0;
	ops = asked(task);
	/* Who lacks it is denied by the kernel; attached as fmod_ret we are asked first. */
	if (!ops || (!ns->level && !kernel_capable(false, cred, CAP_SYS_ADMIN)))
		return 0;
	return policy_denial(decide(ops));
}

/*
 * Who asks for @cap in a user namespace that is not the initial one. Who has it in that too
 * gets nothing from the namespace.
 */
static __noinline int decide_power(struct cred *cred, int cap, __u64 options)
{
	enum policy_verdict verdict;

	if (!decision_concerns(&state.policy, NSLOCK_USER_CAPABILITY) ||
	    kernel_capable(false, cred, cap < 32 ? cap : CAP_SYS_ADMIN))
		return 0;
	verdict = decision(&state.policy, NSLOCK_USER_CAPABILITY, trusted_current());
	/* The kernel only wants to know, and says nothing of it to anybody. */
	if (options & CAP_OPT_NOAUDIT)
		return policy_denial(verdict_denies(decision_audit(&state.policy, verdict)));
	return policy_apply(NSLOCK_USER_CAPABILITY, verdict, POLICY_NO_SOURCE);
}

/* A function of its own: who asks for another capability saves no register. */
static __noinline int decide_both(struct cred *cred, struct user_namespace *ns, __u64 options)
{
	int ret = decide_admin(cred, ns);

	return !ret && ns->level ? decide_power(cred, CAP_SYS_ADMIN, options) : ret;
}

SEC("lsm/capable")
int BPF_PROG(capable, struct cred *cred, struct user_namespace *ns, int cap, unsigned int options)
{
	if (cap == CAP_SYS_ADMIN)
		return decide_both(cred, ns, options);
	return ns->level ? decide_power(cred, cap, options) : 0;
}

/*
 * Whether @task, a number, is trusted, or where @mode is not only to read, would be without a
 * child: what is written into it now it does when it has none any more.
 */
BPF_GLOBAL(is_reached, task, mode, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	return trusted_task(task, 0, 0) ||
	       (mode & PTRACE_MODE_ATTACH &&
		first_is(task, KERNEL_READ_AT(task, struct task_struct, group_leader)));
}

/* @tracer, who is not trusted, reaches @task, who is: both are tasks as numbers. */
BPF_GLOBAL(reaches, tracer, task, mode)
{
	return !trusted_task(tracer, 0, 0) && !first_trusted(tracer, 0, 0) &&
	       is_reached(task, mode, 0);
}

/* Threads of one process pass before this (kernel/ptrace.c: __ptrace_may_access). */
SEC("lsm/ptrace_access_check")
int BPF_PROG(ptrace_access_check, struct task_struct *child, unsigned int mode)
{
	enum policy_verdict verdict;

	if (!reaches(kernel_number(kernel_current()), kernel_number(child), mode))
		return 0;
	verdict = decision(&state.policy, NSLOCK_REACH, false);
	if (mode & PTRACE_MODE_NOAUDIT)
		return policy_denial(verdict_denies(decision_audit(&state.policy, verdict)));
	return policy_apply(NSLOCK_REACH, verdict, POLICY_NO_SOURCE);
}

/* The current process opens a file of @inode, of a /proc. */
static __noinline int decide_proc(struct file *file, struct inode *inode)
{
	__u64 current = kernel_number(kernel_current()), task;
	enum policy_verdict verdict;

	if (!proc_reads_by_perfmon(kernel_current()) || !proc_is_memory(file))
		return 0;
	task = proc_task(inode);
	if (!task || !reaches(current, task, 0))
		return 0;
	/* What is not denied here ptrace_access_check decides, and records. */
	verdict = decision(&state.policy, NSLOCK_REACH, false);
	if (!verdict_denies(decision_audit(&state.policy, verdict)))
		return 0;
	return policy_apply(NSLOCK_REACH, verdict, POLICY_NO_SOURCE);
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file)
{
	struct inode *inode = file->f_inode;

	return inode->i_sb->s_magic == PROC_SUPER_MAGIC ? decide_proc(file, inode) : 0;
}

/* The calling process offers itself to its parent. */
SEC("lsm/ptrace_traceme")
int BPF_PROG(ptrace_traceme, struct task_struct *parent)
{
	if (!reaches(kernel_number(parent), kernel_number(kernel_current()), 0))
		return 0;
	return policy_apply(NSLOCK_REACH, decision(&state.policy, NSLOCK_REACH, false),
			    POLICY_NO_SOURCE);
}

char _license[] SEC("license") = "GPL";
