/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls of 32 bits. Where an architecture has none, or a probe no way to it: ENOSYS. */
#ifndef PROBE_CALL32_H
#define PROBE_CALL32_H

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call reads or writes has to be below 4 GiB: a page that is, or MAP_FAILED. */
static inline void *low_page(void)
{
#ifdef __x86_64__
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		    0);
#else
	errno = ENOSYS;
	return MAP_FAILED;
#endif
}

/*
 * By the 32-bit entry of x86-64, which a 64-bit process has too; @number is of
 * arch/x86/entry/syscalls/syscall_32.tbl. What it returns, or -1 and errno.
 */
static inline long enter32(long number, long a, long b, long c, long d, long e)
{
#ifdef __x86_64__
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = (int)ret < 0 ? -(int)ret : 0;
	return (int)ret < 0 ? -1 : (int)ret;
#else
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e;
	errno = ENOSYS;
	return -1;
#endif
}

/*
 * On arm64 a 32-bit system call takes a 32-bit process: makes that of @words, a number and
 * arguments, by arm32/call32.c, and sets errno as the call does.
 */
static inline long call32_arm(char *words)
{
	char *argv[8] = { "call32" };
	int status, argc = 1;
	pid_t pid;

	for (char *word = strtok(words, " "); word && argc < 7; word = strtok(NULL, " "))
		argv[argc++] = word;
	pid = fork();
	if (!pid) {
		execv("/bin/call32", argv);
		_exit(ENOSYS);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
	return errno ? -1 : 0;
}

#endif
