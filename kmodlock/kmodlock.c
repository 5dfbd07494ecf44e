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

#include <linux/capability.h>

#include "abi/decision.h"
#include "kmodlock.h"
#include "kmodlock.hooks.h"
#include "kmodlock.skel.h"
#include "listed.h"
#include "modules.h"
#include "suggest.h"
#include "tool/tool.h"
#include "tries.h"
#include "words/msg.h"

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
	{ "unlisted_module",
	  "modules that --modules does not list, by their own name or as asked for" },
	{ "module_origin", "modules, by --rootfs, --ro and --ro-dev" },
	{ "firmware_origin", "firmware, by --rootfs, --ro and --ro-dev" },
	{ 0 },
};

static const struct {
	enum kmodlock_operation number;
	const char *name;
} operations[] = {
	{ KMODLOCK_LOAD, "load_module" },
	{ KMODLOCK_AUTOLOAD, "autoload_module" },
	{ KMODLOCK_AUTOLOAD_UNPRIVILEGED, "autoload_unprivileged" },
	{ KMODLOCK_UNLOAD, "unload_module" },
	{ KMODLOCK_UNSIGNED, "unsigned_module" },
	{ KMODLOCK_PARAMETERS, "unsafe_module_parameters" },
	{ KMODLOCK_MODULE_ORIGIN, "module_origin" },
	{ KMODLOCK_FIRMWARE_ORIGIN, "firmware_origin" },
	{ KMODLOCK_UNLISTED, "unlisted_module" },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int find_operations(struct operations *ops)
{
	for (size_t i = 0; i < OPERATIONS; i++) {
		bool apart = operations[i].number >= KMODLOCK_MODULE_ORIGIN;

		operations_add(ops, operations[i].number, operations[i].name,
			       operations[i].number == KMODLOCK_UNLISTED ? "list"
			       : apart					 ? OPERATION_RECORDED
									 : "module");
		if (apart)
			operation_set_add(&ops->uncovered, operations[i].number);
	}
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

static int prepare_origin(enum policy_origin origin, __u32 *device)
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
	status = check_root(origin, &root);
	if (status)
		return status;
	*device = root.device;
	if (modules_elsewhere(&root))
		msg_warning(
			"the modules of this kernel are on another filesystem than the root: all "
			"are denied; move /lib/modules, and with it /usr, there");
	if (modules_from_memory(suffix))
		msg_warning(
			"modprobe loads the .ko.%s modules of this kernel from memory, which has no "
			"origin: all are denied; it takes kmod 31 and a kernel with "
			"CONFIG_MODULE_DECOMPRESS, or modules that are not compressed",
			suffix);
	return 0;
}

/*
 * udev loads the module that an event names, and believes what the kernel passes on of who has
 * CAP_SYS_ADMIN over its network namespace (lib/kobject_uevent.c: uevent_net_rcv_skb).
 */
static void warn_of_events(const struct policy *policy)
{
	if (policy->audit || access("/run/udev/control", F_OK) ||
	    !verdict_denies(decision(policy, KMODLOCK_LOAD, false)) ||
	    verdict_denies(decision(policy, KMODLOCK_LOAD, true)))
		return;
	msg_warning(
		"udev loads any module for who sends it a forged event: with CAP_SYS_ADMIN, from "
		"a container in the host's network namespace; 'socketlock -p baseline' denies it");
}

static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	struct kmodlock_template *to = own;

	(void)ops;
	warn_of_events(policy);
	for (int i = 0; i < KMODLOCK_TEMPLATES_MAX; i++) {
		to[i].name = hash(templates[i][0]);
		for (int j = 0; j < KMODLOCK_NEEDS_MAX; j++)
			to[i].needs[j] = hash(templates[i][1 + j]);
	}
	return policy->origin ? prepare_origin(policy->origin, root) : 0;
}

/* What is not on the list is denied, so that it is to be found out early. */
static bool denies_unlisted(const struct policy *policy)
{
	return policy->names && !policy->audit &&
	       operation_set_has(&policy->block, KMODLOCK_UNLISTED);
}

/* Of firmware it has nothing but an origin to look at. */
static bool has_origin(const struct policy *policy)
{
	return policy->origin || denies_unlisted(policy);
}

static bool has_names(const struct policy *policy)
{
	return policy->names || policy->learns;
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(kernel_read_file), .decides = "load_module,module_origin,firmware_origin",
	  .tests = { { "load_module", try_file, .origin = "module_origin" } } },
	{ TOOL_HOOK(kernel_load_data), .decides = "load_module,module_origin,firmware_origin",
	  .tests = { { "load_module", try_memory, .origin = "module_origin" } } },
	{ TOOL_HOOK(kernel_post_read_file), .decides = "unlisted_module", .needed = denies_unlisted,
	  .tests = { { "unlisted_module", try_named_file, .if_denied = true } } },
	{ TOOL_HOOK(kernel_post_load_data), .decides = "firmware_origin,unlisted_module",
	  .needed = has_origin,
	  .tests = { { "unlisted_module", try_named_memory, .if_denied = true } } },
	{ TOOL_HOOK(kernfs_init_security), .decides = "unlisted_module", .needed = has_names,
	  .untested = "it takes a module that the kernel loads" },
	{ TOOL_HOOK(kernel_module_request),
	  .decides = "autoload_module,autoload_unprivileged,unlisted_module",
	  .tests = { { "autoload_module", try_request, .if_denied = true },
		     { "autoload_unprivileged", try_unprivileged, .if_denied = true,
		       .with = "autoload_module" },
		     { "unlisted_module", try_request, .if_denied = true } } },
	{ TOOL_HOOK(capable), .decides = "unload_module,load_module",
	  .tests = { { "unload_module", try_unload } } },
	{ TOOL_HOOK(locked_down), .decides = "unsigned_module,unsafe_module_parameters",
	  .after_lockdown = true,
	  .tests = { { "unsigned_module", try_unsigned, .if_denied = true } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool kmodlock = {
	.name = "kmodlock",
	.object = kmodlock_bpf__elf_bytes,
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Decide who may load and unload kernel modules, what the kernel may load "
			   "by itself, and where modules and firmware come from.",
		.examples = "Examples:\n"
			    "  kmodlock                                   record only (allow)\n"
			    "  kmodlock -p baseline                       the host only\n"
			    "  kmodlock -p baseline -b autoload_module    and nothing by itself\n"
			    "  kmodlock -p baseline --rootfs --ro-dev     only from a verified root\n"
			    "  kmodlock --learn                           keep what is loaded, and then\n"
			    "  kmodlock --suggest >/etc/bpflock/modules.list\n"
			    "  kmodlock -p baseline --modules-file=/etc/bpflock/modules.list\n"
			    "  kmodlock -p restricted                     nobody, nothing\n"
			    "  kmodlock -r                                stop\n",
		.kinds = KEYS_ORIGINS | KEYS_MODULES,
	},
	.words = { NULL, groups, phrases },
	.operations = find_operations,
	.hooks = hooks,
	.own = "kmodlock_templates",
	.own_size = sizeof(struct kmodlock_template[KMODLOCK_TEMPLATES_MAX]),
	.prepare = prepare,
	.list = listed,
	.suggest = suggest,
};

int main(int argc, char **argv)
{
	return tool_run(&kmodlock, argc, argv);
}
