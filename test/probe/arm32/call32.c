// SPDX-License-Identifier: GPL-2.0-only
/*
 * call32 NUMBER [ARGUMENT...]: makes a system call as a 32-bit process of arm64, without a C
 * library; the numbers are those of arch/arm64/tools/syscall_32.tbl. Of an ARGUMENT that is no
 * number its address is passed. Exits with the errno, 0 if it succeeded.
 */

static long number(const char *text, long otherwise)
{
	long value = 0;

	for (const char *at = text; *at; at++) {
		if (*at < '0' || *at > '9')
			return otherwise;
		value = value * 10 + (*at - '0');
	}
	return value;
}

static long call(long which, const long arguments[5])
{
	register long r7 __asm__("r7") = which;
	register long r0 __asm__("r0") = arguments[0];
	register long r1 __asm__("r1") = arguments[1];
	register long r2 __asm__("r2") = arguments[2];
	register long r3 __asm__("r3") = arguments[3];
	register long r4 __asm__("r4") = arguments[4];

	__asm__ volatile("svc 0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4)
			 : "memory");
	return r0;
}

/* What the kernel left on the stack: argc, then argv. */
__attribute__((used)) void begin(long *stack)
{
	const long argc = stack[0], *argv = stack + 1;
	static long arguments[5];
	long ret = -22; /* EINVAL */

	for (long i = 2; i < argc && i < 7; i++)
		arguments[i - 2] = number((const char *)argv[i], argv[i]);
	if (argc > 1)
		ret = call(number((const char *)argv[1], 0), arguments);
	arguments[0] = ret < 0 ? -ret : 0;
	call(1 /* exit */, arguments);
}

__asm__(".globl _start\n_start:\n\tmov r0, sp\n\tbl begin\n");
