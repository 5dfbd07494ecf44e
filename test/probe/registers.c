// SPDX-License-Identifier: GPL-2.0-only
/*
 * registers victim FILE: makes FILE once somebody else has set what one of its functions is given.
 * registers take FILE: does that to each process of this program there is, by a BPF program on a
 * uprobe that writes a register, until FILE is there. Exits as probes do, with 2 also where the
 * kernel lets no program write registers (before Linux 6.18).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

#ifdef __x86_64__
#include <asm/ptrace.h>
#define ARGUMENT offsetof(struct pt_regs, rdi)
#else
#define ARGUMENT 0 /* x0, a0 is the second of riscv64 */
#endif

#define TIMES 600 /* of 0.1 s */

extern const char __executable_start[];

__attribute__((noinline, noclone)) static int given(int argument)
{
	__asm__ volatile("" : "+r"(argument));
	return argument;
}

static int victim(const char *file)
{
	for (int i = 0; i < TIMES; i++, usleep(100000))
		if (given(1) != 1)
			return open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) < 0 ? 2 : 0;
	return 3;
}

static int failed(const char *what)
{
	int err = errno;

	perror(what);
	return err == EPERM ? 1 : 3;
}

static int take(const char *file)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW,
		  .dst_reg = BPF_REG_1,
		  .off = ARGUMENT,
		  .imm = 2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct perf_event_attr probe = {
		.size = sizeof(probe),
		.uprobe_path = (unsigned long)"/proc/self/exe",
		.probe_offset = (unsigned long)given - (unsigned long)__executable_start,
	};
	FILE *type = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	int prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "registers", "GPL", insns,
				 sizeof(insns) / sizeof(insns[0]), NULL);
	int event;

	if (prog < 0)
		return errno == EACCES ? 2 : failed("load");
	if (!type || fscanf(type, "%u", &probe.type) != 1)
		return 2;
	event = (int)syscall(SYS_perf_event_open, &probe, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0 || ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) ||
	    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return failed("uprobe");
	for (int i = 0; i < TIMES / 10; i++, usleep(100000))
		if (!access(file, F_OK))
			return 0;
	return 3;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	return strcmp(argv[1], "victim") ? take(argv[2]) : victim(argv[2]);
}
