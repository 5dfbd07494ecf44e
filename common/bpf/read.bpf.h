/* SPDX-License-Identifier: GPL-2.0-only */
/* How the kernel's structures are read, with and without pointers to follow. */
#ifndef BPFLOCK_READ_BPF_H
#define BPFLOCK_READ_BPF_H

#include "bpf/kernel.bpf.h"

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
 * A field of what is reached from kernel_current(); 0 where it can't be read. @follows: a plain
 * load that the verifier checks by BTF (5.11+), else a probe read (5.10). Code that reads many
 * fields is written once with `bool follows` and called with true and with false: the verifier then
 * drops the dead copy at once.
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

/*
 * A pointer that is read before the branches that follow: for each way to such a read Linux 6.4 and
 * newer search all BTF types by name (kernel/bpf/verifier.c: btf_nested_type_is_trusted).
 */
#define KERNEL_FIRST(read)                                                                         \
	({                                                                                         \
		__auto_type first_ = (read);                                                       \
		barrier_var(first_);                                                               \
		first_;                                                                            \
	})

/* The same from a pointer as a number, which is what functions of their own can be given. */
#define KERNEL_READ_AT(number, type, field)                                                        \
	({                                                                                         \
		typeof(((type *)0)->field) read_ = 0;                                              \
		bpf_core_read(&read_, sizeof(read_), &((type *)(number))->field);                  \
		(__u64) read_;                                                                     \
	})

/*
 * A global BPF function: verified once, not per call (unless BTF can't be loaded). Each takes three
 * numbers, so that load/sections.c can give all of them one BTF type; see there why.
 */
#define BPF_GLOBAL(name, a, b, c) __noinline __u64 name(__u64 a, __u64 b, __u64 c)
#define BPF_GLOBAL_UNUSED(argument) asm volatile("" : : "r"(argument)) /* set by each caller */

/*
 * Makes a plain number of a BTF pointer: after two negations the verifier no longer tracks it as a
 * pointer.
 */
static __always_inline __u64 kernel_number(const void *pointer)
{
	__u64 number = (__u64)pointer;

	asm volatile("%0 = -%0\n%0 = -%0" : "+r"(number));
	return number;
}

/*
 * Hides a known value from the verifier, which else walks all that follows once per value. @mask:
 * any number that it does not know, such as the pid.
 */
static __always_inline __u64 kernel_hidden(__u64 value, __u64 mask)
{
	value ^= mask;
	barrier_var(value);
	return value ^ mask;
}

/*
 * The initial namespaces are those of the kernel's first task, init_task: the
 * parent of the initial pid namespace's PID 1 (init/main.c: rest_init), reached
 * from any task without a kernel symbol, wherever the loader itself was started.
 */
static __always_inline struct nsproxy *kernel_init_nsproxy(bool follows, struct pid *pid)
{
	struct pid_namespace *ns = KERNEL_READ_BY(follows, pid, numbers[0].ns);
	struct task_struct *reaper = KERNEL_READ_BY(follows, ns, child_reaper);
	struct task_struct *init = KERNEL_READ_BY(follows, reaper, real_parent);

	return KERNEL_READ_BY(follows, init, nsproxy);
}

/* Whether two structures point to the same by @field. */
#define KERNEL_SAME(follows, a, b, field)                                                          \
	(KERNEL_READ_BY(follows, a, field) == KERNEL_READ_BY(follows, b, field))

/* include/linux/sched.h, the same in all versions. */
#define PF_KTHREAD 0x00200000

/*
 * Whether @cred has capability @cap, one of the first 32, over the whole machine. @follows: as in
 * KERNEL_READ_BY().
 */
static __always_inline bool kernel_capable(bool follows, struct cred *cred, int cap)
{
	struct user_namespace *ns = KERNEL_READ_BY(follows, cred, user_ns);
	__u32 word = 0;

	if (!ns || KERNEL_READ_BY(follows, ns, level) != 0)
		return false;
	if (follows)
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
