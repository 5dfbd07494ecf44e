// SPDX-License-Identifier: GPL-2.0-only
/*
 * attack [-d | -t] NAME...: tries the doors to the kernel image that the table at the end names,
 * each in a child; -d: in this very process, -t: in a second thread of it. Prints a line each and
 * exits with the highest status: 0 allowed, 1 denied as expected, 2 could not try, 3 refused by
 * something else. `attack -l` prints "NAME OPERATION" for all. What it did is undone.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/serial.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <sys/io.h>
#endif
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call32.h"

#define PCI "/sys/bus/pci/devices/0000:00:05.0/"    /* edu: memory */
#define PCI_IO "/sys/bus/pci/devices/0000:00:06.0/" /* ne2k: ports */
#define MSR 0x8b				    /* TCG ignores a write */
#define UNTRIED 1000				    /* no errno: what it needs is not there */

/* Each returns 0 where it was done, the errno where it was not, and undoes what it did. */
static int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC), err = result(fd);

	if (fd >= 0)
		close(fd);
	return err == ENOENT || err == ENXIO ? UNTRIED : err;
}

static int dev_mem(void)
{
	return try_open("/dev/mem", O_RDONLY);
}
static int dev_port(void)
{
	return try_open("/dev/port", O_RDWR);
}
static int snapshot(void)
{
	return try_open("/dev/snapshot", O_RDONLY);
}
static int debugfs_open(void)
{
	int err = try_open("/sys/kernel/debug/sched/features", O_RDWR); /* since 5.13 */

	return err == UNTRIED ? try_open("/sys/kernel/debug/sched_features", O_RDWR) : err;
}

static int debugfs_chmod(void)
{
	return result(chmod("/sys/kernel/debug/clear_warn_once", 0200));
}
/* Only x86 has ports that a process can be let to use. */
static int do_iopl(void)
{
#ifdef __x86_64__
	return result(iopl(3));
#else
	return UNTRIED;
#endif
}
static int do_ioperm(void)
{
#ifdef __x86_64__
	return result(ioperm(0x80, 1, 1));
#else
	return UNTRIED;
#endif
}

static int try_write(const char *path, const void *data, size_t size, off_t at)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return errno == ENOENT ? UNTRIED : errno;
	err = result(pwrite(fd, data, size, at));
	close(fd);
	return err;
}

static int power_disk(void)
{
	return try_write("/sys/power/disk", "shutdown", 8, 0);
}
static int msr_write(void)
{
	return try_write("/dev/cpu/0/msr", "\0\0\0\0\0\0\0", 8, MSR);
}
static int pci_write(void)
{
	return try_write(PCI "config", "", 1, PCI_INTERRUPT_LINE);
}
static int pci_io(void)
{
	return try_write(PCI_IO "resource0", "", 1, 0);
}
/* The bus is called after its domain too where there can be several (pci_proc_domain()). */
static const char *proc_pci(void)
{
	static const char with_domain[] = "/proc/bus/pci/0000:00/05.0";

	return access(with_domain, F_OK) ? "/proc/bus/pci/00/05.0" : with_domain;
}
static int proc_pci_write(void)
{
	return try_write(proc_pci(), "", 1, PCI_INTERRUPT_LINE);
}

/* The word is missing where hibernation is denied (kernel/power/main.c: state_show). */
static int power_state(void)
{
	char text[64] = "";
	int fd = open("/sys/power/state", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return UNTRIED;
	return strstr(text, "disk") ? 0 : EPERM;
}

static int try_ioctl(const char *path, int flags, unsigned long request, void *argument)
{
	int fd = open(path, flags | O_CLOEXEC), err;

	if (fd < 0)
		return errno == ENOENT ? UNTRIED : errno;
	err = result(ioctl(fd, request, argument));
	close(fd);
	return err;
}

/* arch/x86/lib/msr-reg.S: eax, ecx, edx, ... */
static int msr_ioctl(void)
{
	__u32 registers[8] = { [1] = MSR };

	return try_ioctl("/dev/cpu/0/msr", O_RDWR, _IOWR('c', 0xa1, __u32[8]), registers);
}

static int proc_pci_ioctl(void)
{
	return try_ioctl(proc_pci(), O_RDWR, PCIIOC_CONTROLLER, NULL);
}

/* On arm64 32-bit processes have it, on x86 none has; one byte is written. */
static int pciconfig_write(void)
{
#ifdef __aarch64__
	void *low = low_memory(1);

	if (low == MAP_FAILED)
		return UNTRIED;
	return result(enter32(273, 0, PCI_DEVFN(5, 0), PCI_INTERRUPT_LINE, 1, (long)low));
#else
	return UNTRIED;
#endif
}

static int pci_mmap(void)
{
	int fd = open(PCI "resource0", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? UNTRIED : errno;
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0;
}

/* The hook is asked when port or IRQ change (drivers/tty/serial/serial_core.c: uart_set_info). */
static int tiocsserial(void)
{
	int fd = open("/dev/ttyS3", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), err;
	struct serial_struct serial;

	if (fd < 0 || ioctl(fd, TIOCGSERIAL, &serial))
		return errno == EPERM ? EPERM : UNTRIED;
	serial.irq ^= 5 ^ 7;
	err = result(ioctl(fd, TIOCSSERIAL, &serial));
	close(fd);
	return err;
}

/* Loads @file, from memory where @flags is -1, and unloads @name again. */
static int try_module(const char *file, const char *name, const char *parameters, int flags)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), err;
	struct stat st;
	void *image;

	if (fd < 0 || fstat(fd, &st))
		return UNTRIED;
	if (flags >= 0) {
		err = result(syscall(SYS_finit_module, fd, parameters, flags));
	} else {
		image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		err = result(syscall(SYS_init_module, image, st.st_size, parameters));
	}
	close(fd);
	if (!err && syscall(SYS_delete_module, name, O_NONBLOCK))
		return UNTRIED;
	return err == EEXIST || err == ENOENT ? UNTRIED : err;
}

static int unsigned_file(void)
{
	return try_module("/tmp/unsigned.ko", "dummy", "numdummies=0", 0);
}
static int unsigned_memory(void)
{
	return try_module("/tmp/unsigned.ko", "dummy", "numdummies=0", -1);
}
static int forced_module(void)
{
	return try_module("/modules/dummy.ko", "dummy", "numdummies=0",
			  MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC);
}
static int unsafe_parameter(void)
{
	return try_module("/modules/parport_pc.ko", "parport_pc", "io=0x378 irq=7", 0);
}
static int phram(void)
{
	return try_module("/modules/phram.ko", "phram", "", 0);
}

static int kexec_load(void)
{
	return result(syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL));
}

/* /tmp/unsigned.image is a kernel whose certificate table was cut off. */
static int kexec_file(void)
{
	int fd = open("/tmp/unsigned.image", O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return UNTRIED;
	err = result(
		syscall(SYS_kexec_file_load, fd, -1, 1UL, "", 4UL /* KEXEC_FILE_NO_INITRAMFS */));
	if (!err)
		syscall(SYS_kexec_file_load, -1, -1, 1UL, "", 1UL /* KEXEC_FILE_UNLOAD */);
	return err;
}

/* The verifier says EINVAL for a helper that is denied (kernel/trace/bpf_trace.c). */
static int bpf_write_user(void)
{
	const struct bpf_insn code[] = {
		{ BPF_ST | BPF_MEM | BPF_DW, 10, 0, -8, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -8 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 8 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_probe_write_user },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_KPROBE,
				.insns = (__u64)(unsigned long)code,
				.insn_cnt = sizeof(code) / sizeof(code[0]),
				.license = (__u64)(unsigned long)"GPL" };
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int err;

	/* Before 5.11 all programs of a user, the suite's too, count against each process's limit.
	 */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	err = result(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
	return err == EINVAL ? EPERM : err;
}

/* "int", alone. */
static int btf_load(void)
{
	const struct {
		struct btf_header header;
		struct btf_type type;
		__u32 encoding;
		char text[8];
	} blob = { { BTF_MAGIC, BTF_VERSION, 0, sizeof(struct btf_header), 0, 16, 16, 5 },
		   { 1, BTF_KIND_INT << 24, { 4 } },
		   32,
		   "\0int" };
	union bpf_attr attr = { .btf = (__u64)(unsigned long)&blob,
				.btf_size = sizeof(blob.header) + 16 + 5 };

	return result(syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr)));
}

static const struct attack {
	const char *name;
	const char *operation;
	int (*try)(void);
} attacks[] = {
	{ "dev_mem", "dev_mem", dev_mem },
	{ "dev_port", "dev_mem", dev_port },
	{ "phram", "dev_mem", phram },
	{ "iopl", "ioport", do_iopl },
	{ "ioperm", "ioport", do_ioperm },
	{ "msr_write", "msr", msr_write },
	{ "msr_ioctl", "msr", msr_ioctl },
	{ "pci_write", "pci_access", pci_write },
	{ "pci_io", "pci_access", pci_io },
	{ "pci_mmap", "pci_access", pci_mmap },
	{ "proc_pci_write", "pci_access", proc_pci_write },
	{ "proc_pci_ioctl", "pci_access", proc_pci_ioctl },
	{ "pciconfig_write", "pci_access", pciconfig_write },
	{ "tiocsserial", "tiocsserial", tiocsserial },
	{ "unsigned_file", "module_signature", unsigned_file },
	{ "unsigned_memory", "module_signature", unsigned_memory },
	{ "forced_module", "module_signature", forced_module },
	{ "unsafe_parameter", "module_parameters", unsafe_parameter },
	{ "kexec_load", "kexec", kexec_load },
	{ "kexec_file", "kexec", kexec_file },
	{ "snapshot", "hibernation", snapshot },
	{ "power_disk", "hibernation", power_disk },
	{ "power_state", "hibernation", power_state },
	{ "debugfs_open", "debugfs", debugfs_open },
	{ "debugfs_chmod", "debugfs", debugfs_chmod },
	{ "bpf_write_user", "bpf_write_user", bpf_write_user },
	{ "btf_load", "btf_load", btf_load },
};

static void *in_thread(void *attack)
{
	return (void *)(long)((const struct attack *)attack)->try();
}

static int run(const struct attack *attack, char how)
{
	pthread_t thread;
	void *err;
	int status;
	pid_t pid;

	if (how == 'd')
		return attack->try();
	if (how == 't') {
		if (pthread_create(&thread, NULL, in_thread, (void *)attack) ||
		    pthread_join(thread, &err))
			return UNTRIED;
		return (int)(long)err;
	}
	pid = fork();
	if (!pid) {
		status = attack->try();
		_exit(status == UNTRIED ? 255 : status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return UNTRIED;
	return WEXITSTATUS(status) == 255 ? UNTRIED : WEXITSTATUS(status);
}

static int report(const struct attack *attack, int err)
{
	static const char *const words[] = { "allowed", "denied", "untried", "refused" };
	int status = !err ? 0 : err == EPERM ? 1 : err == UNTRIED ? 2 : 3;

	printf("%s %s%s%s\n", attack->name, words[status], status == 3 ? " " : "",
	       status == 3 ? strerror(err) : "");
	return status;
}

int main(int argc, char **argv)
{
	char how = argc > 1 && argv[1][0] == '-' ? argv[1][1] : 0;
	int highest = 0;

	if (how == 'l') {
		for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
			printf("%s %s\n", attacks[i].name, attacks[i].operation);
		return 0;
	}
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int word = how ? 2 : 1; word < argc; word++) {
		size_t i;

		for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
			if (!strcmp(attacks[i].name, argv[word]))
				break;
		if (i == sizeof(attacks) / sizeof(attacks[0]))
			return 64;
		int status = report(&attacks[i], run(&attacks[i], how));

		highest = status > highest ? status : highest;
	}
	return highest;
}
