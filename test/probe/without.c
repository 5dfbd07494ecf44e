// SPDX-License-Identifier: GPL-2.0-only
/*
 * without bpf|memory|resource|children COMMAND...: runs COMMAND where bpf(2) fails with ENOSYS, as
 * without CONFIG_BPF_SYSCALL; where loading a BPF program fails with ENOMEM; without
 * CAP_SYS_RESOURCE; or with SIGCHLD ignored, so that waiting for a child does not tell how it
 * ended.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/* Fails bpf(2) with @error, of the commands from @first to @last. */
static int fail(unsigned int first, unsigned int last, unsigned int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	int err = 64;

	if (argc < 3)
		return 64;
	if (!strcmp(argv[1], "bpf"))
		err = fail(0, -1U, ENOSYS);
	else if (!strcmp(argv[1], "memory"))
		err = fail(BPF_PROG_LOAD, BPF_PROG_LOAD, ENOMEM);
	else if (!strcmp(argv[1], "resource"))
		err = prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE);
	else if (!strcmp(argv[1], "children"))
		err = signal(SIGCHLD, SIG_IGN) == SIG_ERR;
	if (err)
		return err == 64 ? 64 : 71;
	execvp(argv[2], argv + 2);
	return 71;
}
