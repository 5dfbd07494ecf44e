/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls by the 32-bit entry of x86-64, int 0x80; elsewhere there is none: ENOSYS. */
#ifndef PROBE_ENTRY32_H
#define PROBE_ENTRY32_H

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

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

/* @number is of arch/x86/entry/syscalls/syscall_32.tbl. What it returns, or -1 and errno. */
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

#endif
