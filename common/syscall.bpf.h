/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which system call a process is in, as far as modules go, by its registers: the one
 * place that knows architectures. One object for all: CO-RE tells whose registers they are.
 */
#ifndef BPFLOCK_SYSCALL_BPF_H
#define BPFLOCK_SYSCALL_BPF_H

#include "kernel.bpf.h"

enum syscall {
	SYSCALL_UNKNOWN = 1, /* the registers can't be read */
	SYSCALL_OTHER,
	SYSCALL_INIT_MODULE,
	SYSCALL_FINIT_MODULE,
	SYSCALL_DELETE_MODULE,
};

/* arch/x86/include/asm/page_64_types.h (without KASAN), segment.h. */
#define SYSCALL_X86_STACK 16384
#define SYSCALL_X86_USER_CS 0x33
#define SYSCALL_X86_USER32_CS 0x23
#define SYSCALL_X86_X32 0x40000000

/*
 * The registers that the current task entered the kernel with. bpf_task_pt_regs() came
 * with Linux 5.15; before, they are at the top of the stack, where a code segment of
 * user space shows that they are these: NULL where it does not.
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
	return cs == SYSCALL_X86_USER_CS || cs == SYSCALL_X86_USER32_CS ? regs : NULL;
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
static __always_inline enum syscall syscall_x86(struct pt_regs___x86 *regs, __u64 *argument)
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

/* include/uapi/asm-generic/unistd.h; arch/arm64/tools/syscall_32.tbl for 32-bit processes. */
static __always_inline enum syscall syscall_arm64(struct pt_regs___arm64 *regs, __u64 *argument)
{
	*argument = SYSCALL_READ(regs, regs[0]);
	switch (SYSCALL_READ(regs, syscallno)) {
	case 105:
	case 128:
		return SYSCALL_INIT_MODULE;
	case 106:
	case 129:
		return SYSCALL_DELETE_MODULE;
	case 273:
	case 379:
		return SYSCALL_FINIT_MODULE;
	default:
		return SYSCALL_OTHER;
	}
}

/* The call that current @task, no kernel thread, is in, and its first @argument. */
static __always_inline enum syscall syscall_current(struct task_struct *task, __u64 *argument)
{
	struct pt_regs___x86 *x86 = NULL;
	struct pt_regs___arm64 *arm64 = NULL;
	void *regs = syscall_registers(task);

	*argument = 0;
	if (!regs)
		return SYSCALL_UNKNOWN;
	if (bpf_core_field_exists(x86->orig_ax))
		return syscall_x86(regs, argument);
	if (bpf_core_field_exists(arm64->syscallno))
		return syscall_arm64(regs, argument);
	return SYSCALL_UNKNOWN;
}

#endif
