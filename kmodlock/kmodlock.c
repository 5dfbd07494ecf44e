// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include "kernel.h"
#include "kmodlock.h"
#include "kmodlock.skel.h"
#include "msg.h"
#include "program.h"
#include "root.h"
#include "tool.h"

static const struct operation_word groups[] = {
	{ "autoload", "autoload_module,autoload_unprivileged" },
	{ "load", "load_module,autoload_module,autoload_unprivileged" },
	{ 0 },
};

/* The third text is the kernel's: security/security.c, lockdown_reasons[]. */
static const struct operation_phrase phrases[] = {
	{ "load_module", "loading a module, from a file or from memory" },
	{ "autoload_module", "what makes the kernel load a module by itself" },
	{ "autoload_unprivileged", "the same, asked for without CAP_SYS_MODULE" },
	{ "unload_module", "removing a module" },
	{ "unsigned_module", "loading a module without a valid signature",
	  "unsigned module loading" },
	{ "unsafe_module_parameters", "module parameters that set hardware addresses",
	  "unsafe module parameters" },
	{ "module_origin", "modules, by --rootfs, --ro and --ro-dev" },
	{ "firmware_origin", "firmware, by --rootfs, --ro and --ro-dev" },
	{ 0 },
};

static const struct {
	enum kmodlock_operation number;
	const char *name;
	const char *hook;
} operations[] = {
	{ KMODLOCK_LOAD, "load_module", "lsm_kernel_read_file" },
	{ KMODLOCK_AUTOLOAD, "autoload_module", "lsm_kernel_module_request" },
	{ KMODLOCK_AUTOLOAD_UNPRIVILEGED, "autoload_unprivileged", "lsm_kernel_module_request" },
	{ KMODLOCK_UNLOAD, "unload_module", "lsm_capable" },
	{ KMODLOCK_UNSIGNED, "unsigned_module", "lsm_locked_down" },
	{ KMODLOCK_PARAMETERS, "unsafe_module_parameters", "lsm_locked_down" },
	{ KMODLOCK_MODULE_ORIGIN, "module_origin", "lsm_kernel_read_file" },
	{ KMODLOCK_FIRMWARE_ORIGIN, "firmware_origin", "lsm_kernel_read_file" },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int find_operations(struct operations *ops, const struct btf *btf,
			   struct operation_set *outside)
{
	(void)btf;
	for (size_t i = 0; i < OPERATIONS; i++) {
		bool origin = operations[i].number >= KMODLOCK_MODULE_ORIGIN;

		operations_add(ops, operations[i].number, operations[i].name,
			       origin ? OPERATION_RECORDED : "module");
		if (origin)
			operation_set_add(outside, operations[i].number);
	}
	operations_describe(ops, phrases, "unknown");
	for (size_t i = 0; i < OPERATIONS; i++)
		ops->list[operations[i].number].hook = operations[i].hook;
	return 0;
}

/*
 * The templates that look for more than their names tell, and for what: crypto/gcm.c,
 * ccm.c, xts.c, lrw.c, hctr2.c, adiantum.c, in their create functions.
 */
static const char *const templates[KMODLOCK_TEMPLATES_MAX][1 + KMODLOCK_NEEDS_MAX] = {
	{ "gcm", "ctr", "ghash" }, { "ccm", "ctr", "cbcmac" },	   { "xts", "ecb" },
	{ "lrw", "ecb" },	   { "hctr2", "xctr", "polyval" }, { "adiantum", "nhpoly1305" },
};

static __u64 hash(const char *name)
{
	__u64 value = KMODLOCK_HASH;

	while (name && *name)
		value = kmodlock_hash(value, *name++);
	return value == KMODLOCK_HASH ? 0 : value;
}

/* Whether the root can have what @origin asks for: 0 or an exit status after saying why not. */
static int check_root(enum policy_origin origin, const struct root *root)
{
	if (!strcmp(root->type, "rootfs"))
		msg_warning("the root is the initramfs: once the system has switched to another, "
			    "run this again, or it denies all modules and firmware");
	if (origin >= ORIGIN_RO && !root->read_only) {
		msg_error("cannot use --%s: the root filesystem (%s) is mounted read-write; mount "
			  "it read-only first, or use --rootfs",
			  origin == ORIGIN_RO ? "ro" : "ro-dev", root->type);
		return EX_UNAVAILABLE;
	}
	/* Always read-only where it has no upper layer. */
	if (origin == ORIGIN_RO && !strcmp(root->type, "overlay")) {
		msg_error("cannot use --ro: the root filesystem is an overlay, whose layers can be "
			  "written; use --rootfs");
		return EX_UNAVAILABLE;
	}
	if (origin == ORIGIN_RO_DEV && !root->has_device) {
		msg_error("cannot use --ro-dev: the root filesystem (%s) is on no block device of "
			  "its own; use --ro",
			  root->type);
		return EX_UNAVAILABLE;
	}
	if (origin == ORIGIN_RO_DEV && !root->device_read_only) {
		msg_error(
			"cannot use --ro-dev: the block device %u:%u of the root filesystem can be "
			"written; use dm-verity, 'blockdev --setro', or --ro",
			root->device >> 20, root->device & 0xfffff);
		return EX_UNAVAILABLE;
	}
	return 0;
}

/* It has nothing but an origin to look at. */
static void choose(struct bpf_object *object, const struct policy *policy)
{
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "kernel_post_load_data"),
				  policy->origin);
}

static int prepare_origin(struct policy *policy)
{
	struct root root;
	char suffix[8];
	int err = root_find(&root), status;

	if (err) {
		msg_error("cannot find the root filesystem: %s",
			  err == -ESRCH
				  ? "/proc is not that of the initial pid namespace; run this "
				    "there"
				  : strerror(-err));
		return EX_UNAVAILABLE;
	}
	status = check_root(policy->origin, &root);
	if (status)
		return status;
	policy->root = root.device;
	if (root_modules_elsewhere(&root))
		msg_warning(
			"the modules of this kernel are on another filesystem than the root: all "
			"are denied; move /lib/modules, and with it /usr, there");
	if (root_modules_from_memory(suffix))
		msg_warning(
			"modprobe loads the .ko.%s modules of this kernel from memory, which has no "
			"origin: all are denied; it takes kmod 31 and a kernel with "
			"CONFIG_MODULE_DECOMPRESS, or modules that are not compressed",
			suffix);
	return 0;
}

static int prepare(void *opened, const struct policy *policy, const struct operations *ops)
{
	struct kmodlock_bpf *skeleton = opened;

	(void)ops;
	for (int i = 0; i < KMODLOCK_TEMPLATES_MAX; i++) {
		skeleton->rodata->kmodlock_templates[i].name = hash(templates[i][0]);
		for (int j = 0; j < KMODLOCK_NEEDS_MAX; j++)
			skeleton->rodata->kmodlock_templates[i].needs[j] =
				hash(templates[i][1 + j]);
	}
	return policy->origin ? prepare_origin((struct policy *)&skeleton->rodata->state.policy)
			      : 0;
}

static int denied(long ret)
{
	return ret < 0 && errno == EPERM ? -EPERM : 0;
}

/* No module has this name: ENOENT where it is not denied. */
static int try_unload(void)
{
	return denied(syscall(SYS_delete_module, "bpflock_test", O_NONBLOCK));
}

/* Zeros are no module, which is seen last. */
static int try_memory(void)
{
	static const char zeros[4096];

	return denied(syscall(SYS_init_module, zeros, sizeof(zeros), ""));
}

/* The same by a memfd, opened once more: a file that is open for writing is refused first. */
static int try_file(void)
{
	int fd = memfd_create("bpflock_test", MFD_CLOEXEC), again;
	char path[32];

	if (fd < 0 || ftruncate(fd, 4096))
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	return again < 0 ? -errno : denied(syscall(SYS_finit_module, again, "", 0));
}

/* PID 1's program is on the root filesystem and no module, which is seen after its signature. */
static int try_unsigned(void)
{
	int fd = open("/proc/1/exe", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? try_memory() : denied(syscall(SYS_finit_module, fd, "", 0));
}

/* No filesystem has this name. mount(2) says so whether or not modprobe was denied. */
static int try_request(void)
{
	if (mount("none", "/", "bpflock-test", 0, NULL) && errno == EPERM && !unshare(CLONE_NEWNS))
		mount("none", "/", "bpflock-test", 0, NULL);
	return -ENODATA;
}

static const struct tool_test tests[] = {
	{ "capable", "unload_module", try_unload },
	{ "kernel_load_data", "load_module", try_memory, .origin = "module_origin" },
	{ "kernel_read_file", "load_module", try_file, .origin = "module_origin" },
	{ "kernel_module_request", "autoload_module", try_request },
	{ "kernel_module_request", "autoload_unprivileged", try_request },
	{ "locked_down", "unsigned_module", try_unsigned },
	{ 0 },
};

static const struct tool kmodlock = {
	.name = "kmodlock",
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Decide who may load and unload kernel modules, what the kernel may load "
			   "by itself, and where modules and firmware come from.",
		.examples = "Examples:\n"
			    "  kmodlock                                   record only (allow)\n"
			    "  kmodlock -p baseline                       the host only\n"
			    "  kmodlock -p baseline -b autoload_module    and nothing by itself\n"
			    "  kmodlock -p baseline --rootfs --ro-dev     only from a verified root\n"
			    "  kmodlock -p restricted                     nobody, nothing\n"
			    "  kmodlock -r                                stop\n",
		.origins = true,
	},
	.words = { NULL, groups, phrases },
	.operations = find_operations,
	.tests = tests,
	.hook_after_lockdown = "locked_down",
	.choose = choose,
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	static struct options options;
	struct kmodlock_bpf *skeleton;
	int status;

	msg_init(kmodlock.name);
	options_parse(&options, &kmodlock.help, argc, argv);
	skeleton = kmodlock_bpf__open_opts(program_options());
	if (!skeleton) {
		msg_error("cannot open the BPF object: %s", strerror(errno));
		return EX_OSERR;
	}
	status = tool_run(&kmodlock, &options, skeleton->skeleton, skeleton,
			  (struct state *)&skeleton->rodata->state);
	kmodlock_bpf__destroy(skeleton);
	return status;
}
