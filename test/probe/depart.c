// SPDX-License-Identifier: GPL-2.0-only
/*
 * depart PID: process PID, traced for that, leaves its mount namespace for a copy of it. On x86-64,
 * of one that waits in a system call. Exits with 0 where it has, 2 where it can't be tried.
 */
#include <stdio.h>
#include <stdlib.h>

#ifdef __x86_64__
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#define SYSCALL_SIZE 2 /* of the instruction */

static int depart(pid_t pid)
{
	struct user_regs_struct before, regs;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ||
	    waitpid(pid, NULL, __WALL) < 0 || ptrace(PTRACE_GETREGS, pid, NULL, &before))
		return 2;
	regs = before;
	regs.rip -= SYSCALL_SIZE;
	regs.orig_rax = (unsigned long long)-1; /* is not begun again */
	regs.rax = SYS_unshare;
	regs.rdi = CLONE_NEWNS;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) ||
	    ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) || waitpid(pid, NULL, __WALL) < 0 ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs) ||
	    ptrace(PTRACE_SETREGS, pid, NULL, &before) || ptrace(PTRACE_DETACH, pid, NULL, NULL))
		return 2;
	return regs.rax ? 2 : 0;
}
#else
static int depart(pid_t pid)
{
	(void)pid;
	return 2;
}
#endif

int main(int argc, char **argv)
{
	int ret = argc == 2 ? depart((pid_t)strtol(argv[1], NULL, 10)) : 64;

	if (ret)
		perror("depart");
	return ret;
}
