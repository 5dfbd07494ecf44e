// SPDX-License-Identifier: GPL-2.0-only
/*
 * anonymous memory|mem: runs code that is in no file, from anonymous memory or written over
 * its own by /proc/self/mem. Exits with 0 if the code ran, 1 if it was denied, 2 elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __x86_64__
static const unsigned char code[] = { 0xb8, 0x2a, 0, 0, 0, 0xc3 }; /* return 42 */
#elif defined(__aarch64__)
static const unsigned char code[] = { 0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6 };
#else
static const unsigned char code[1];
#endif

static __attribute__((noinline)) int victim(void)
{
	__asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop");
	return 0;
}

int main(int argc, char **argv)
{
	int (*volatile run)(void) = victim;
	void *at;

	if (sizeof(code) == 1 || argc != 2)
		return 2;
	if (!strcmp(argv[1], "mem")) {
		int fd = open("/proc/self/mem", O_WRONLY);

		if (pwrite(fd, code, sizeof(code), (off_t)(unsigned long)victim) < 0)
			return errno == EPERM ? 1 : 2;
	} else {
		at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at == MAP_FAILED)
			return 2;
		memcpy(at, code, sizeof(code));
		if (mprotect(at, 4096, PROT_READ | PROT_EXEC))
			return errno == EPERM ? 1 : 2;
		run = (int (*)(void))at;
	}
	return run() == 42 ? 0 : 2;
}
