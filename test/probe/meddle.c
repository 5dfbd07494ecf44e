// SPDX-License-Identifier: GPL-2.0-only
/*
 * meddle N kill|ERRNO COMMAND...: runs COMMAND and its children, and at the Nth
 * system call that any of them makes kills them all, or has that call fail with
 * ERRNO without being made. Exits with COMMAND's status, 137 when it was killed,
 * 99 when it ended before its Nth call. The call's number goes to standard error.
 *
 * Reads of one descriptor in a row count as one, and those of more than 256 KiB
 * not at all: libbpf asks for the kernel's types so, and gets a thousand pages.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __riscv
#include <asm/ptrace.h>
#endif
#include <linux/elf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define TASKS_MAX 256
#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |    \
	 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)

static pid_t tasks[TASKS_MAX]; /* -1: ended */
static long left;
static int error; /* 0: kill */

static pid_t *find(pid_t pid)
{
	int i = 0;

	while (tasks[i] && tasks[i] != pid)
		if (++i == TASKS_MAX)
			exit(70);
	tasks[i] = pid;
	return &tasks[i];
}

#if defined(__x86_64__)
#define NUMBER(r) ((long)(r).orig_rax)
#define FIRST(r) ((r).rdi)
#define RESULT(r) ((r).rax)
#elif defined(__aarch64__)
#define NUMBER(r) ((long)(r).regs[8])
#define FIRST(r) ((r).regs[0])
#define RESULT(r) ((r).regs[0])
#elif defined(__riscv)
#define NUMBER(r) ((long)(r).a7)
#define FIRST(r) ((r).a0)
#define RESULT(r) ((r).a0)
#endif

/* kernel/seccomp.c, SECCOMP_RET_TRACE: number -1 skips the call. */
static void skip_call(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec all = { regs, sizeof(*regs) };
#ifdef __aarch64__ /* there the number is no register (arch/arm64/kernel/ptrace.c:                 \
		      system_call_set) */
	int none = -1;
	struct iovec call = { &none, sizeof(none) };

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call);
#elif defined(__x86_64__)
	regs->orig_rax = (unsigned long long)-1;
#else
	regs->a7 = (unsigned long)-1;
#endif
	RESULT(*regs) = (unsigned long)-error;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all);
}

static void system_call(pid_t pid)
{
	static struct user_regs_struct last;
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all))
		return;
	if (NUMBER(regs) == SYS_read && NUMBER(last) == SYS_read && FIRST(regs) == FIRST(last))
		return;
	last = regs;
	if (--left)
		return;
	fprintf(stderr, "meddle: call %ld\n", NUMBER(regs));
	if (!error) {
		for (int i = 0; i < TASKS_MAX; i++)
			if (tasks[i] > 0)
				kill(tasks[i], SIGKILL);
	} else if (NUMBER(regs) != SYS_exit_group && NUMBER(regs) != SYS_exit &&
		   NUMBER(regs) != SYS_futex) { /* of the C library, which takes no such error */
		skip_call(pid, &regs);
	}
}

/* Follows all until none is left; the status of @first. */
static int follow(pid_t first)
{
	int status, result = 70;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		pid_t *task = find(pid);
		int signal = 0;

		if (!WIFSTOPPED(status)) {
			*task = -1;
			if (pid == first)
				result = WIFEXITED(status) ? WEXITSTATUS(status)
							   : 128 + WTERMSIG(status);
			continue;
		}
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
			system_call(pid);
		} else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
			signal = WSTOPSIG(status);
		}
		ptrace(PTRACE_CONT, pid, NULL, signal);
	}
	return left > 0 ? 99 : result;
}

/* In the child: all calls stop for the tracer but large reads. */
static void filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 256 * 1024, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(2);
}

static int number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = { { "kill", 0 },	     { "ENOMEM", ENOMEM }, { "EPERM", EPERM },
		       { "EEXIST", EEXIST }, { "ENOSPC", ENOSPC }, { "EINTR", EINTR } };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].number;
	exit(64);
}

int main(int argc, char **argv)
{
	pid_t pid;
	int status;

	if (argc < 4)
		return 64;
	left = atol(argv[1]) + 1; /* the execve(2) that starts it is not its own */
	error = number(argv[2]);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		filter();
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, OPTIONS))
		return 2;
	find(pid);
	ptrace(PTRACE_CONT, pid, NULL, 0);
	return follow(pid);
}
