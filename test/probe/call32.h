/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls of 32 bits. Where an architecture has none, or a probe no way to it: ENOSYS. */
#ifndef PROBE_CALL32_H
#define PROBE_CALL32_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* arch/x86/entry/syscalls/syscall_32.tbl, arch/arm64/tools/syscall_32.tbl */
#ifdef __x86_64__
#define NR32(i386, arm) (i386)
#else
#define NR32(i386, arm) (arm)
#endif

/* On arm64 a 32-bit call takes a 32-bit process, which shares this with the one that asks. */
#define LOW_AT 0x40000000UL
#define LOW_MAX (16UL << 20)
#define LOW_FD 99

/* What a call reads or writes has to be below 4 GiB: memory that is, or MAP_FAILED. */
static inline void *low_memory(size_t size)
{
#ifdef __x86_64__
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		    0);
#elif defined(__aarch64__)
	int fd = memfd_create("low", 0);

	if (fd < 0 || size > LOW_MAX || ftruncate(fd, (off_t)size) || dup2(fd, LOW_FD) < 0)
		return MAP_FAILED;
	close(fd);
	return mmap((void *)LOW_AT, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, LOW_FD,
		    0);
#else
	(void)size;
	errno = ENOSYS;
	return MAP_FAILED;
#endif
}

/*
 * By the 32-bit entry of x86-64, which a 64-bit process has too, or by arm32/call32.c; @number is
 * NR32(). What it returns, of a process of its own 0, or -1 and errno.
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
#elif defined(__aarch64__)
	char words[256], *argv[20] = { "call32" };
	int status, argc = 1;
	pid_t pid = fork();

	if (!pid) {
		snprintf(words, sizeof(words), "192 %lu %lu %d %d %d 0 , %ld %u %u %u %u %u",
			 LOW_AT, LOW_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, LOW_FD,
			 number, (unsigned int)a, (unsigned int)b, (unsigned int)c, (unsigned int)d,
			 (unsigned int)e);
		for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
			argv[argc++] = word;
		for (int fd = 3; fd < LOW_FD; fd++) /* the call may be about it */
			fcntl(fd, F_SETFD, 0);
		execv("/bin/call32", argv);
		_exit(ENOSYS);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
	return errno ? -1 : 0;
#else
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e;
	errno = ENOSYS;
	return -1;
#endif
}

#endif
