// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <linux/bpf.h>

#include "decision.h"
#include "kimglock.h"
#include "kimglock.skel.h"
#include "load.h"
#include "msg.h"
#include "program.h"
#include "tool.h"

static const struct operation_word aliases[] = {
	{ "unsigned_module", "module_signature" },
	{ "unsafe_module_parameters", "module_parameters" },
	{ "bpf_write", "bpf_write_user" },
	{ "xmon_rw", "xmon_wr,xmon_rw" },
	{ 0 },
};

static const struct operation_word groups[] = {
	{ "bpf", "bpf_write_user,btf_load" },
	{ "module", "module_signature,module_parameters" },
	{ "power", "kexec,hibernation" },
	{ "hardware",
	  "dev_mem,pci_access,ioport,msr,acpi_tables,device_tree,pcmcia_cis,tiocsserial" },
	{ "debug", "debugfs,mmiotrace,xmon_wr,xmon_rw,dbg_write_kernel" },
	{ 0 },
};

/* The third text is the kernel's: security/security.c, lockdown_reasons[]. */
static const struct operation_phrase phrases[] = {
	{ "module_signature", "loading a module without a valid signature",
	  "unsigned module loading" },
	{ "dev_mem", "opening /dev/mem, /dev/kmem, /dev/port", "/dev/mem,kmem,port" },
	{ "efi_test", "opening /dev/efi_test", "/dev/efi_test access" },
	{ "kexec", "booting another, unsigned kernel", "kexec of unsigned images" },
	{ "hibernation", "hibernating, whose image is not verified", "hibernation" },
	{ "pci_access", "writing PCI configuration, mapping PCI resources", "direct PCI access" },
	{ "ioport", "raw I/O ports: iopl, ioperm", "raw io port access" },
	{ "msr", "writing model specific registers", "raw MSR access" },
	{ "acpi_tables", "adding or overriding ACPI tables", "modifying ACPI tables" },
	{ "device_tree", "changing the device tree", "modifying device tree contents" },
	{ "pcmcia_cis", "writing PCMCIA card information", "direct PCMCIA CIS storage" },
	{ "tiocsserial", "moving a serial port to another address or IRQ",
	  "reconfiguration of serial port IO" },
	{ "module_parameters", "module parameters that set hardware addresses",
	  "unsafe module parameters" },
	{ "mmiotrace", "tracing memory mapped I/O", "unsafe mmio" },
	{ "debugfs", "opening or changing debugfs files", "debugfs access" },
	{ "xmon_wr", "xmon writing memory", "xmon write access" },
	{ "bpf_write_user", "BPF programs that write user memory", "use of bpf to write user RAM" },
	{ "dbg_write_kernel", "kgdb or kdb writing kernel memory",
	  "use of kgdb/kdb to write kernel RAM" },
	{ "rtas_error_injection", "RTAS error injection", "RTAS error injection" },
	{ "xen_user_actions", "Xen hypercalls from user space", "Xen guest user action" },
	{ "kcore", "reading /proc/kcore", "/proc/kcore access" },
	{ "kprobes", "kprobes made through tracefs", "use of kprobes" },
	{ "bpf_read", "BPF programs that read kernel memory", "use of bpf to read kernel RAM" },
	{ "bpf_read_kernel", "BPF programs that read kernel memory",
	  "use of bpf to read kernel RAM" },
	{ "dbg_read_kernel", "kgdb or kdb reading kernel memory",
	  "use of kgdb/kdb to read kernel RAM" },
	{ "perf", "perf sampling of registers", "unsafe use of perf" },
	{ "tracefs", "opening tracefs files", "use of tracefs" },
	{ "xmon_rw", "xmon reading memory", "xmon read and write access" },
	{ "xfrm_secret", "reading IPsec keys", "xfrm SA secret" },
	{ "btf_load", "loading BTF type information" },
	{ 0 },
};

static const struct tool_bypass bypasses[] = {
	{ "module_signature", "all", "kernel/module/signing.c: any code in the kernel" },
	{ "kexec", "all", "kernel/kexec.c: any kernel is booted" },
	{ "dev_mem", "all", "drivers/char/mem.c: physical memory, device registers" },
	{ "msr", "all", "arch/x86/kernel/msr.c: the system call entry is an MSR" },
	{ "pci_access", "all", "drivers/pci/pci-sysfs.c: a device writes memory by DMA" },
	{ "ioport", "all", "arch/x86/kernel/ioport.c: ports program DMA and PCI configuration" },
	{ "hibernation", "all", "kernel/power/hibernate.c: the resumed image is not verified" },
	{ "acpi_tables", "all", "drivers/acpi/osl.c: AML runs in the kernel and writes memory" },
	{ "dbg_write_kernel", "all", "kernel/debug/debug_core.c: the debugger writes memory" },
	{ "xmon_wr", "all", "arch/powerpc/xmon/xmon.c: the debugger writes memory" },
	{ "xen_user_actions", "all", "drivers/xen/privcmd.c: hypercalls write kernel memory" },
	{ "bpf_write_user", "all", "kernel/trace/bpf_trace.c: writes trusted processes' memory",
	  .by_trusted = true },
	{ "tiocsserial", "ioport", "drivers/tty/serial/serial_core.c: a port's I/O address" },
	{ "module_parameters", "ioport,pci_access", "kernel/params.c: a driver's I/O address" },
	{ "debugfs", "ioport,pci_access,msr", "fs/debugfs/file.c: drivers' registers as files" },
	{ 0 },
};

/* Integrity reasons stand below LOCKDOWN_INTEGRITY_MAX, the others are outside the profile. */
static int find_operations(struct operations *ops, const struct btf *btf,
			   struct operation_set *outside)
{
	int id = btf__find_by_name_kind(btf, "lockdown_reason", BTF_KIND_ENUM), integrity_max = 0;
	int err = operations_add_enum(ops, btf, "lockdown_reason", "LOCKDOWN_");
	const struct btf_type *type;

	if (err)
		return err;
	type = btf__type_by_id(btf, id);
	for (int i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off),
			    "LOCKDOWN_INTEGRITY_MAX"))
			integrity_max = btf_enum(type)[i].val;
	if (!integrity_max)
		return -ENOENT;
	for (int op = 0; op < KIMGLOCK_BTF_LOAD; op++) {
		ops->list[op].class = op < integrity_max ? "integrity" : "confidentiality";
		if (op >= integrity_max)
			operation_set_add(outside, (unsigned int)op);
	}
	operations_add(ops, KIMGLOCK_BTF_LOAD, "btf_load", "integrity");
	operations_describe(ops, phrases, "lsm_locked_down");
	ops->list[KIMGLOCK_BTF_LOAD].hook = "lsm_bpf";
	return 0;
}

/* Warns of @name, where it is denied to somebody and the kernel does not ask. */
static void warn_unasked(const struct policy *policy, const struct operations *ops,
			 const char *name, const char *option, const char *what)
{
	int op = operations_find(ops, name);

	if (op >= 0 && decision_concerns(policy, (__u32)op) &&
	    verdict_denies(decision(policy, (__u32)op, false)))
		msg_warning("this kernel, without %s, does not ask: %s", option, what);
}

/* What is compiled out: kernel/module/internal.h: module_sig_check, kernel/kexec_file.c. */
static int prepare(void *skeleton, const struct policy *policy, const struct operations *ops)
{
	(void)skeleton;
	if (!access("/sys/module/module", F_OK) &&
	    access("/sys/module/module/parameters/sig_enforce", F_OK))
		warn_unasked(policy, ops, "module_signature", "CONFIG_MODULE_SIG",
			     "modules without a valid signature can be loaded; see kmodlock(8)");
	if (!load_has_member(&ops->types, "kexec_file_ops", "verify_sig"))
		warn_unasked(policy, ops, "kexec", "CONFIG_KEXEC_SIG",
			     "kexec_file_load(2) can boot unsigned kernels");
	return 0;
}

static int denied(long ret)
{
	return ret < 0 && errno == EPERM ? -EPERM : 0;
}

/* Refused for its flags after the hook was asked (kernel/kexec.c: kexec_load_check). */
static int try_kexec(void)
{
	return denied(syscall(SYS_kexec_load, 0, ~0UL, NULL, 0xffffUL));
}

static int try_dev_mem(void)
{
	return denied(open("/dev/mem", O_RDONLY | O_CLOEXEC));
}

/* Shows "disk" where hibernation is allowed (kernel/power/main.c: state_show). */
static int try_hibernation(void)
{
	char text[64] = "";
	int fd = open("/sys/power/state", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	return length > 0 && !strstr(text, "disk") ? -EPERM : 0;
}

/* An empty attribute is no BTF; the hook comes first (kernel/bpf/syscall.c: __sys_bpf). */
static int try_btf_load(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return denied(syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr)));
}

static const struct tool_test tests[] = {
	{ "locked_down", "kexec", try_kexec },
	{ "locked_down", "dev_mem", try_dev_mem },
	{ "locked_down", "hibernation", try_hibernation },
	{ "bpf", "btf_load", try_btf_load },
	{ 0 },
};

static const struct tool kimglock = {
	.name = "kimglock",
	.profile = PROFILE_BASELINE,
	.help = {
		.purpose = "Lock the running kernel image: what the kernel's lockdown calls "
			   "integrity, and loading BTF.",
		.examples = "Examples:\n"
			    "  kimglock                           the host only (baseline)\n"
			    "  kimglock -p restrict -a debugfs    and debugfs from anywhere\n"
			    "  kimglock -p deny                   nobody\n"
			    "  kimglock -p none                   record only\n"
			    "  kimglock -r                        stop\n",
	},
	.words = { aliases, groups, phrases },
	.operations = find_operations,
	.tests = tests,
	.bypasses = bypasses,
	.hook_after_lockdown = "locked_down",
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	static struct options options;
	struct kimglock_bpf *skeleton;
	int status;

	msg_init(kimglock.name);
	options_parse(&options, &kimglock.help, argc, argv);
	skeleton = kimglock_bpf__open_opts(program_options());
	if (!skeleton) {
		msg_error("cannot open the BPF object: %s", strerror(errno));
		return EX_OSERR;
	}
	status = tool_run(&kimglock, &options, skeleton->skeleton, skeleton,
			  (struct state *)&skeleton->rodata->state);
	kimglock_bpf__destroy(skeleton);
	return status;
}
