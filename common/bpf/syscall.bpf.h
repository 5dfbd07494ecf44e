/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which system call a process is in, by its registers: the one place that knows
 * architectures. One object for all: CO-RE tells whose registers they are.
 */
#ifndef BPFLOCK_SYSCALL_BPF_H
#define BPFLOCK_SYSCALL_BPF_H

#include "bpf/read.bpf.h"

enum syscall {
	SYSCALL_UNKNOWN = 1, /* the registers can't be read */
	SYSCALL_OTHER,
	SYSCALL_INIT_MODULE,
	SYSCALL_FINIT_MODULE,
	SYSCALL_DELETE_MODULE,
	SYSCALL_UNSHARE,
	SYSCALL_SETNS,
	SYSCALL_OPEN_TREE,
	SYSCALL_FSMOUNT,
	SYSCALL_MOUNT,
	SYSCALL_MOUNT_SETATTR,
	SYSCALL_OPEN_TREE_ATTR,
	SYSCALL_FANOTIFY_MARK,
	SYSCALL_IOCTL,
};

/* Which of them a program asks about; all else is SYSCALL_OTHER. */
enum syscalls {
	SYSCALLS_MODULES = 1,
	SYSCALLS_NAMESPACES,
	SYSCALLS_MOUNTS,
};

/* arch/x86/include/asm/page_64_types.h (without KASAN), segment.h. */
#define SYSCALL_X86_STACK 16384
#define SYSCALL_X86_USER_RPL 3
#define SYSCALL_X86_X32 0x40000000

/*
 * The registers that the current task entered the kernel with. bpf_task_pt_regs() came
 * with Linux 5.15; before, they are at the top of the stack, where a code segment of
 * user space, which may be one of the process's own, shows that they are these: NULL where it does
 * not.
 */
static __always_inline void *syscall_registers(struct task_struct *task)
{
	struct pt_regs___x86 *regs = NULL;
	unsigned long cs = 0;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (void *)bpf_task_pt_regs(task);
	if (!bpf_core_field_exists(regs->orig_ax))
		return NULL;
	regs = KERNEL_READ(task, stack) + SYSCALL_X86_STACK -
	       bpf_core_type_size(struct pt_regs___x86);
	bpf_core_read(&cs, sizeof(cs), &regs->cs);
	return (cs & SYSCALL_X86_USER_RPL) == SYSCALL_X86_USER_RPL ? regs : NULL;
}

#define SYSCALL_READ(regs, field)                                                                  \
	({                                                                                         \
		typeof((regs)->field) value_ = 0;                                                  \
		if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))           \
			value_ = (regs)->field;                                                    \
		else                                                                               \
			bpf_core_read(&value_, sizeof(value_), &(regs)->field);                    \
		value_;                                                                            \
	})

/*
 * Numbers of 32-bit processes are other calls for 64-bit ones, but none that asks for
 * CAP_SYS_MODULE, so that who asks for it need not be told apart. The first argument
 * goes to @argument. arch/x86/entry/syscalls/syscall_{64,32}.tbl
 */
static __always_inline enum syscall syscall_x86_modules(struct pt_regs___x86 *regs, __u64 *argument)
{
	__u32 number = (__u32)SYSCALL_READ(regs, orig_ax);

	*argument = SYSCALL_READ(regs, di);
	switch (number & ~SYSCALL_X86_X32) {
	case 175:
		return SYSCALL_INIT_MODULE;
	case 176:
		return SYSCALL_DELETE_MODULE;
	case 313:
		return SYSCALL_FINIT_MODULE;
	default:
		break;
	}
	*argument = (__u32)SYSCALL_READ(regs, bx);
	switch (number) {
	case 128:
		return SYSCALL_INIT_MODULE;
	case 129:
		return SYSCALL_DELETE_MODULE;
	case 350:
		return SYSCALL_FINIT_MODULE;
	default:
		return SYSCALL_OTHER;
	}
}

/* arch/x86/include/asm/thread_info.h: in a system call of 32 bits, by whichever process. */
#define SYSCALL_X86_TS_COMPAT 2

/* The arguments of a call of 32 bits are in other registers, and its numbers are others. */
static __always_inline enum syscall syscall_x86_namespaces(struct task_struct *task,
							   struct pt_regs___x86 *regs,
							   __u64 *argument)
{
	bool compat = KERNEL_READ(task, thread_info.status) & SYSCALL_X86_TS_COMPAT;
	__u32 number = (__u32)SYSCALL_READ(regs, orig_ax);

	if (!compat)
		number &= ~SYSCALL_X86_X32;
	*argument = compat ? SYSCALL_READ(regs, bx) : SYSCALL_READ(regs, di);
	if (number == (compat ? 310 : 272))
		return SYSCALL_UNSHARE;
	if (number == (compat ? 346 : 308))
		return SYSCALL_SETNS;
	if (number == 428 || number == 467 /* open_tree_attr */) {
		*argument = SYSCALL_READ(regs, dx);
		return SYSCALL_OPEN_TREE;
	}
	if (number == 432) {
		*argument = compat ? SYSCALL_READ(regs, cx) : SYSCALL_READ(regs, si);
		return SYSCALL_FSMOUNT;
	}
	return SYSCALL_OTHER;
}

/*
 * The newer have one number on all machines (scripts/syscall.tbl), fanotify_mark(2) that of @mark.
 * The flags, or the mask, are in the @third argument.
 */
static __always_inline enum syscall syscall_mounts(__u32 number, __u32 mark, __u64 third,
						   __u64 *argument)
{
	*argument = third;
	if (number == mark)
		return SYSCALL_FANOTIFY_MARK;
	switch (number) {
	case 428:
		return SYSCALL_OPEN_TREE;
	case 442:
		return SYSCALL_MOUNT_SETATTR;
	case 467:
		return SYSCALL_OPEN_TREE_ATTR;
	default:
		return SYSCALL_OTHER;
	}
}

static __always_inline enum syscall syscall_x86_mounts(struct task_struct *task,
						       struct pt_regs___x86 *regs, __u64 *argument)
{
	bool compat = KERNEL_READ(task, thread_info.status) & SYSCALL_X86_TS_COMPAT;
	__u32 number = (__u32)SYSCALL_READ(regs, orig_ax);

	if (!compat)
		number &= ~SYSCALL_X86_X32;
	if (number == (compat ? 21 : 165))
		return SYSCALL_MOUNT;
	if (number == (compat ? 54 : 16) || (!compat && number == 514 /* x32 */)) {
		*argument = compat ? SYSCALL_READ(regs, cx) : SYSCALL_READ(regs, si);
		return SYSCALL_IOCTL;
	}
	return syscall_mounts(number, compat ? 339 : 301, SYSCALL_READ(regs, dx), argument);
}

/* include/uapi/asm-generic/unistd.h, of arm64 and riscv64. */
static __always_inline enum syscall syscall_generic_modules(__u32 number)
{
	switch (number) {
	case 105:
		return SYSCALL_INIT_MODULE;
	case 106:
		return SYSCALL_DELETE_MODULE;
	case 273:
		return SYSCALL_FINIT_MODULE;
	default:
		return SYSCALL_OTHER;
	}
}

static __always_inline enum syscall syscall_generic_namespaces(__u32 number)
{
	switch (number) {
	case 97:
		return SYSCALL_UNSHARE;
	case 268:
		return SYSCALL_SETNS;
	case 428:
	case 467: /* open_tree_attr */
		return SYSCALL_OPEN_TREE;
	case 432:
		return SYSCALL_FSMOUNT;
	default:
		return SYSCALL_OTHER;
	}
}

/* arch/arm64/tools/syscall_32.tbl has the others, for 32-bit processes. */
static __always_inline enum syscall syscall_arm64_modules(struct pt_regs___arm64 *regs,
							  __u64 *argument)
{
	__u32 number = (__u32)SYSCALL_READ(regs, syscallno);

	*argument = SYSCALL_READ(regs, regs[0]);
	return syscall_generic_modules(number == 128   ? 105
				       : number == 129 ? 106
				       : number == 379 ? 273
						       : number);
}

/* No other call of these numbers asks for CAP_SYS_ADMIN. */
static __always_inline enum syscall syscall_arm64_namespaces(struct pt_regs___arm64 *regs,
							     __u64 *argument)
{
	__u32 number = (__u32)SYSCALL_READ(regs, syscallno);
	enum syscall call = syscall_generic_namespaces(number == 337   ? 97
						       : number == 375 ? 268
								       : number);

	*argument = call == SYSCALL_OPEN_TREE ? SYSCALL_READ(regs, regs[2])
		    : call == SYSCALL_FSMOUNT ? SYSCALL_READ(regs, regs[1])
					      : SYSCALL_READ(regs, regs[0]);
	return call;
}

/* None of 32 bits has the other's number and does anything with mounts. */
static __always_inline enum syscall syscall_arm64_mounts(struct pt_regs___arm64 *regs,
							 __u64 *argument)
{
	__u32 number = (__u32)SYSCALL_READ(regs, syscallno);

	if (number == 40 || number == 21)
		return SYSCALL_MOUNT;
	if (number == 29 || number == 54) {
		*argument = SYSCALL_READ(regs, regs[1]);
		return SYSCALL_IOCTL;
	}
	return syscall_mounts(number, number == 368 ? 368 : 263, SYSCALL_READ(regs, regs[2]),
			      argument);
}

/*
 * 32-bit processes have the same numbers. The first argument is not in a0, where the result is by
 * then (arch/riscv/kernel/traps.c).
 */
static __always_inline enum syscall syscall_riscv_modules(struct pt_regs___riscv *regs,
							  __u64 *argument)
{
	*argument = SYSCALL_READ(regs, orig_a0);
	return syscall_generic_modules((__u32)SYSCALL_READ(regs, a7));
}

static __always_inline enum syscall syscall_riscv_namespaces(struct pt_regs___riscv *regs,
							     __u64 *argument)
{
	enum syscall call = syscall_generic_namespaces((__u32)SYSCALL_READ(regs, a7));

	*argument = call == SYSCALL_OPEN_TREE ? SYSCALL_READ(regs, a2)
		    : call == SYSCALL_FSMOUNT ? SYSCALL_READ(regs, a1)
					      : SYSCALL_READ(regs, orig_a0);
	return call;
}

static __always_inline enum syscall syscall_riscv_mounts(struct pt_regs___riscv *regs,
							 __u64 *argument)
{
	__u32 number = (__u32)SYSCALL_READ(regs, a7);

	if (number == 29) {
		*argument = SYSCALL_READ(regs, a1);
		return SYSCALL_IOCTL;
	}
	return number == 40 ? SYSCALL_MOUNT
			    : syscall_mounts(number, 263, SYSCALL_READ(regs, a2), argument);
}

/*
 * Which of @which current @task, no kernel thread, is in, and its first argument, or where that
 * says nothing of namespaces its flags, of ioctl(2) what is asked for.
 */
static __always_inline enum syscall syscall_current(enum syscalls which, struct task_struct *task,
						    __u64 *argument)
{
	struct pt_regs___x86 *x86 = NULL;
	struct pt_regs___arm64 *arm64 = NULL;
	struct pt_regs___riscv *riscv = NULL;
	void *regs = syscall_registers(task);

	*argument = 0;
	if (!regs)
		return SYSCALL_UNKNOWN;
	if (bpf_core_field_exists(x86->orig_ax))
		return which == SYSCALLS_MODULES  ? syscall_x86_modules(regs, argument)
		       : which == SYSCALLS_MOUNTS ? syscall_x86_mounts(task, regs, argument)
						  : syscall_x86_namespaces(task, regs, argument);
	if (bpf_core_field_exists(arm64->syscallno))
		return which == SYSCALLS_MODULES  ? syscall_arm64_modules(regs, argument)
		       : which == SYSCALLS_MOUNTS ? syscall_arm64_mounts(regs, argument)
						  : syscall_arm64_namespaces(regs, argument);
	if (bpf_core_field_exists(riscv->a7))
		return which == SYSCALLS_MODULES  ? syscall_riscv_modules(regs, argument)
		       : which == SYSCALLS_MOUNTS ? syscall_riscv_mounts(regs, argument)
						  : syscall_riscv_namespaces(regs, argument);
	return SYSCALL_UNKNOWN;
}

/*
 * Whether current @task is in bpf(2), or loads a module: there the kernel has programs of its own
 * loaded (kernel/bpf/preload). On x86 who is on its way back is known by the result
 * (arch/x86/entry/entry_64.S: it is -ENOSYS until then). True where the machine is not known.
 */
static __always_inline bool syscall_has_bpf(struct task_struct *task)
{
	struct pt_regs___x86 *x86 = NULL;
	struct pt_regs___arm64 *arm64 = NULL;
	struct pt_regs___riscv *riscv = NULL;
	void *regs = syscall_registers(task);
	enum syscall call;
	__u64 argument;
	__u32 number;

	if (!regs)
		return true;
	if (bpf_core_field_exists(x86->orig_ax)) {
		x86 = regs;
		if ((__s32)SYSCALL_READ(x86, ax) != -ENOSYS)
			return false;
		number = (__u32)SYSCALL_READ(x86, orig_ax) & ~SYSCALL_X86_X32;
		if (number == 321 || number == 357)
			return true;
	} else if (bpf_core_field_exists(arm64->syscallno)) {
		arm64 = regs;
		number = (__u32)SYSCALL_READ(arm64, syscallno);
		if (number == 280 || number == 386)
			return true;
	} else if (bpf_core_field_exists(riscv->a7)) {
		riscv = regs;
		if ((__u32)SYSCALL_READ(riscv, a7) == 280)
			return true;
	} else {
		return true;
	}
	call = syscall_current(SYSCALLS_MODULES, task, &argument);
	return call == SYSCALL_INIT_MODULE || call == SYSCALL_FINIT_MODULE;
}

#endif
