// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "abi/decision.h"
#include "kernel/pseudofs.h"
#include "kimglock.h"
#include "kimglock.hooks.h"
#include "kimglock.skel.h"
#include "tool/child.h"
#include "tool/hooks.h"
#include "tool/tool.h"
#include "words/msg.h"

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

static const struct bypass bypasses[] = {
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

/* Integrity reasons stand below LOCKDOWN_INTEGRITY_MAX, the others are not covered by the profile.
 */
static int find_operations(struct operations *ops)
{
	int err = operations_add_enum(ops, BTF_LOCKDOWN_REASON, "LOCKDOWN_");
	int integrity_max;

	if (!err)
		err = btf_enum_value(&ops->btf, BTF_LOCKDOWN_REASON, "LOCKDOWN_INTEGRITY_MAX",
				     &integrity_max);
	if (err)
		return err;
	for (int op = 0; op < KIMGLOCK_BTF_LOAD; op++) {
		ops->list[op].class = op < integrity_max ? "integrity" : "confidentiality";
		if (op >= integrity_max)
			operation_set_add(&ops->uncovered, (unsigned int)op);
	}
	operations_add(ops, KIMGLOCK_BTF_LOAD, "btf_load", "integrity");
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

/*
 * Signed modules by which user space does what an operation denies, where the kernel asks nobody:
 * what is the module's folder, or its parameter that is to be on.
 */
static const struct driver {
	const char *name, *sign;
	const char *op;
	const char *who, *keep; /* who gets around it, and what to keep from containers */
} drivers[] = {
	/* drivers/uio/uio.c: uio_mmap_physical: the device writes any memory by DMA */
	{ "uio_pci_generic", "/sys/module/uio_pci_generic", "pci_access",
	  "bind a PCI device to it in sysfs and open /dev/uio*", "both" },
	/* drivers/vfio: vfio_noiommu */
	{ "vfio without an IOMMU", "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
	  "pci_access", "bind a PCI device to it in sysfs and open /dev/vfio", "both" },
	/* drivers/platform/x86/dell/dcdbas.c: raise_smi: any byte to any port, on any machine */
	{ "dcdbas", "/sys/module/dcdbas", "ioport", "write its files in sysfs", "sysfs" },
	/* drivers/comedi/comedi_fops.c: do_devconfig_ioctl: a driver at any port */
	{ "comedi with devices to configure",
	  "/sys/module/comedi/parameters/comedi_num_legacy_minors", "ioport",
	  "configure /dev/comedi*", "them" },
};

/* Whether @sign, a folder or a parameter, is there and on. */
static bool is_on(const char *sign)
{
	int fd = open(sign, O_RDONLY | O_CLOEXEC);
	char value = 'Y';
	ssize_t length;

	if (fd < 0)
		return false;
	length = read(fd, &value, 1);
	close(fd);
	/* A folder can't be read. */
	return length < 0 || !strchr("N0", value);
}

static void warn_of_drivers(const struct policy *policy, const struct operations *ops)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		const struct driver *driver = &drivers[i];
		int op = operations_find(ops, driver->op);

		if (op < 0 || policy->audit ||
		    !verdict_denies(decision(policy, (__u32)op, false)) || !is_on(driver->sign))
			continue;
		msg_warning("%s is loaded: who may %s is not asked for %s, and gets around all; "
			    "unload it, and keep %s from containers",
			    driver->name, driver->who, driver->op, driver->keep);
	}
}

/* What is compiled out: kernel/module/internal.h: module_sig_check, kernel/kexec_file.c. */
static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	(void)root;
	(void)own;
	if (!access("/sys/module/module", F_OK) &&
	    access("/sys/module/module/parameters/sig_enforce", F_OK))
		warn_unasked(policy, ops, "module_signature", "CONFIG_MODULE_SIG",
			     "modules without a valid signature can be loaded; see kmodlock(8)");
	/* Without CONFIG_KEXEC_FILE, as Debian's for arm64, it has no such call. */
	if (btf_has(&ops->btf, BTF_KEXEC_FILE_OPS) &&
	    !btf_has_member(&ops->btf, BTF_KEXEC_FILE_OPS, "verify_sig"))
		warn_unasked(policy, ops, "kexec", "CONFIG_KEXEC_SIG",
			     "kexec_file_load(2) can boot unsigned kernels");
	warn_of_drivers(policy, ops);
	return 0;
}

/* Refused for its flags after the hook was asked (kernel/kexec.c: kexec_load_check). */
static int try_kexec(unsigned int op)
{
	(void)op;
	return child_denied(syscall(SYS_kexec_load, 0, ~0UL, NULL, 0xffffUL));
}

static int try_dev_mem(unsigned int op)
{
	(void)op;
	return child_denied(open("/dev/mem", O_RDONLY | O_CLOEXEC));
}

/* Shows "disk" where hibernation is allowed (kernel/power/main.c: state_show). */
static int try_hibernation(unsigned int op)
{
	char text[64] = "";
	int fd = open("/sys/power/state", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	(void)op;
	return length > 0 && !strstr(text, "disk") ? -EPERM : 0;
}

/* A port that the firmware's own messages go to, for as long as the child lives. */
static int try_ioport(unsigned int op)
{
	(void)op;
#ifdef SYS_ioperm
	return child_denied(syscall(SYS_ioperm, 0x80, 1, 1));
#else
	return 0;
#endif
}

/*
 * One byte is no value; the hook comes first (arch/x86/kernel/msr.c: msr_write). Of this register,
 * MSR_IA32_ENERGY_PERF_BIAS, nothing is logged where it is not denied (filter_write).
 */
static int try_msr(unsigned int op)
{
	int fd = open("/dev/cpu/0/msr", O_WRONLY | O_CLOEXEC);

	(void)op;
	return fd < 0 ? 0 : child_denied(pwrite(fd, "", 1, 0x1b0));
}

/*
 * Past the end of what can be written (drivers/pci/proc.c: proc_bus_pci_write). Most machines but
 * x86 name the domain, too (pci_proc_domain).
 */
static int try_pci_access(unsigned int op)
{
	int fd = open("/proc/bus/pci/00/00.0", O_WRONLY | O_CLOEXEC);

	(void)op;
	if (fd < 0)
		fd = open("/proc/bus/pci/0000:00/00.0", O_WRONLY | O_CLOEXEC);
	return fd < 0 ? 0 : child_denied(pwrite(fd, "", 1, 1 << 20));
}

/* A file that anybody may read and root may write (fs/debugfs/file.c: debugfs_locked_down). */
static int try_debugfs(unsigned int op)
{
	int dir = pseudofs_mount("debugfs");

	(void)op;
	return dir < 0 ? 0 : child_denied(openat(dir, "clear_warn_once", O_WRONLY | O_CLOEXEC));
}

static int try_kcore(unsigned int op)
{
	(void)op;
	return child_denied(open("/proc/kcore", O_RDONLY | O_CLOEXEC));
}

static int try_tracefs(unsigned int op)
{
	int dir = pseudofs_mount("tracefs");

	(void)op;
	return dir < 0 ? 0 : child_denied(openat(dir, "trace_marker", O_WRONLY | O_CLOEXEC));
}

/* An empty attribute is no BTF; the hook comes first (kernel/bpf/syscall.c: __sys_bpf). */
static int try_btf_load(unsigned int op)
{
	union bpf_attr attr;

	(void)op;
	memset(&attr, 0, sizeof(attr));
	return child_denied(syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr)));
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(locked_down), .after_lockdown = true,
	  .tests = { { "kexec", try_kexec },
		     { "dev_mem", try_dev_mem },
		     { "hibernation", try_hibernation },
		     { "ioport", try_ioport },
		     { "msr", try_msr },
		     { "pci_access", try_pci_access },
		     { "debugfs", try_debugfs },
		     { "kcore", try_kcore },
		     { "tracefs", try_tracefs } } },
	/* Of these bpf_write_user alone, which locked_down decides as well. */
	{ TOOL_HOOK(bpf_prog), .since = "6.18", .needed = hooks_of_registers,
	  .untested = "its test would load a BPF program" },
	{ TOOL_HOOK(bpf), .decides = "btf_load", .tests = { { "btf_load", try_btf_load } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool kimglock = {
	.name = "kimglock",
	.object = kimglock_bpf__elf_bytes,
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
	.hooks = hooks,
	.bypasses = bypasses,
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	return tool_run(&kimglock, argc, argv);
}
