// SPDX-License-Identifier: GPL-2.0-only
/*
 * call32 NUMBER [ARGUMENT...] [, NUMBER [ARGUMENT...]]...: makes system calls as a 32-bit process
 * of arm64, without a C library; the numbers are those of arch/arm64/tools/syscall_32.tbl. Exits
 * with the errno of the last, 0 if it succeeded.
 */

static unsigned long number(const char *text)
{
	unsigned long value = 0;

	for (; *text; text++)
		value = value * 10 + (unsigned long)(*text - '0');
	return value;
}

/* The number, then six arguments. */
static long call(const unsigned long words[7])
{
	register unsigned long r7 __asm__("r7") = words[0];
	register unsigned long r0 __asm__("r0") = words[1];
	register unsigned long r1 __asm__("r1") = words[2];
	register unsigned long r2 __asm__("r2") = words[3];
	register unsigned long r3 __asm__("r3") = words[4];
	register unsigned long r4 __asm__("r4") = words[5];
	register unsigned long r5 __asm__("r5") = words[6];

	__asm__ volatile("svc 0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory");
	return (long)r0;
}

/* What the kernel left on the stack: argc, then argv. */
__attribute__((used)) void begin(long *stack)
{
	const long argc = stack[0], *argv = stack + 1;
	static unsigned long words[7], exits[7] = { 1 };
	long ret = -22; /* EINVAL */

	for (long i = 1; i < argc; i++) {
		for (int n = 0; n < 7; n++)
			words[n] = i < argc && *(const char *)argv[i] != ','
					   ? number((const char *)argv[i++])
					   : 0;
		ret = call(words);
	}
	exits[1] = ret < 0 ? (unsigned long)-ret : 0;
	call(exits);
}

__asm__(".globl _start\n_start:\n\tmov r0, sp\n\tbl begin\n");
