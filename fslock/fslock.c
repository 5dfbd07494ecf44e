// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "abi/decision.h"
#include "fslock.h"
#include "fslock.hooks.h"
#include "fslock.skel.h"
#include "helpers.h"
#include "tool/tool.h"
#include "try.h"
#include "words/msg.h"

static const struct operation_phrase phrases[] = {
	{ "readonly", "making writable what was made read-only" },
	{ "mount", "any other change of mounts" },
	{ "device_mount", "mounting what is on a block device" },
	{ "device_write", "opening a block device for writing" },
	{ "sysctl", "writing below /proc/sys" },
	{ "sysfs", "opening a file of sysfs for writing" },
	{ "helper", "what has the kernel run a program, or run none" },
	{ "sysrq", "opening /proc/sysrq-trigger for writing" },
	{ "watch", "fanotify on whole mounts and filesystems, and for folders" },
	{ 0 },
};

static const struct {
	enum fslock_operation number;
	const char *name;
	const char *class;
} operations[] = {
	{ FSLOCK_READONLY, "readonly", "mounts" },
	{ FSLOCK_MOUNT, "mount", "mounts" },
	{ FSLOCK_DEVICE_MOUNT, "device_mount", "devices" },
	{ FSLOCK_DEVICE_WRITE, "device_write", "devices" },
	{ FSLOCK_SYSCTL, "sysctl", "kernel" },
	{ FSLOCK_SYSFS, "sysfs", "kernel" },
	{ FSLOCK_HELPER, "helper", "kernel" },
	{ FSLOCK_SYSRQ, "sysrq", "kernel" },
	{ FSLOCK_WATCH, "watch", "files" },
};

static const struct operation_word groups[] = {
	{ "devices", "device_mount,device_write" },
	{ "kernel", "sysctl,sysfs,helper,sysrq" },
	{ 0 },
};

static const struct bypass bypasses[] = {
	{ "device_write", "readonly", "block/fops.c: writes below a filesystem go to its device" },
	{ "device_mount", "readonly", "fs/super.c: what nobody uses is mounted anew, writable" },
	{ 0 },
};

static int find_operations(struct operations *ops)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		operations_add(ops, operations[i].number, operations[i].name, operations[i].class);
	return 0;
}

#define BIT(op) (1U << (op))

/* Whether @policy denies one of @ops to anybody, or is there to record whatever happens. */
static bool asks(const struct policy *policy, unsigned int ops)
{
	for (__u32 op = FSLOCK_READONLY; op <= FSLOCK_WATCH; op++)
		if (ops & BIT(op) && verdict_denies(decision(policy, op, false)))
			return true;
	return policy->profile == PROFILE_ALLOW && !policy->block.bits[0];
}

static bool asks_files(const struct policy *policy)
{
	return asks(policy, BIT(FSLOCK_DEVICE_WRITE) | BIT(FSLOCK_SYSFS) | BIT(FSLOCK_HELPER) |
				    BIT(FSLOCK_SYSRQ));
}

static bool asks_sysctls(const struct policy *policy)
{
	return asks(policy, BIT(FSLOCK_SYSCTL) | BIT(FSLOCK_HELPER));
}

static bool asks_capable(const struct policy *policy)
{
	return asks(policy, BIT(FSLOCK_MOUNT) | (try_has_attributes() ? BIT(FSLOCK_READONLY) : 0));
}

/* Procfs has it under one number everywhere (fs/proc/generic.c: proc_alloc_inum). */
static __u64 find_sysrq(void)
{
	const char *const path = "/proc/sysrq-trigger";
	struct statfs fs;
	struct stat st;

	return !statfs(path, &fs) && fs.f_type == PROC_SUPER_MAGIC && !stat(path, &st) ? st.st_ino
										       : 0;
}

static void tell(const char *what, const char *program)
{
	msg_warning(
		"%s is '%s' already: the kernel runs it on the host whatever is denied from now "
		"on",
		what, program);
}

/* Who sets up a container is told from who is in it by the pid namespace alone: bpf/first.bpf.h */
static void warn_of_kinds(const struct policy *policy)
{
	if (policy->namespaces == NAMESPACE_PID ||
	    !verdict_denies(decision(policy, FSLOCK_MOUNT, false)) ||
	    verdict_denies(decision(policy, FSLOCK_MOUNT, true)))
		return;
	msg_warning("with these namespaces 'mount' is denied to who sets up a container%s: they "
		    "don't start; allow mount, or trust their units",
		    policy->namespaces & NAMESPACE_MNT
			    ? ", or a systemd unit with PrivateTmp= and the like"
			    : "");
}

static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	struct fslock_kernel *kernel = own;

	(void)ops;
	(void)root;
	kernel->sysrq = find_sysrq();
	if (verdict_denies(decision(policy, FSLOCK_HELPER, false)))
		helpers_each(tell);
	warn_of_kinds(policy);
	return 0;
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(sb_mount), .decides = "readonly,mount",
	  .tests = { { "mount", try_mount }, { "readonly", try_bind_writable } } },
	{ TOOL_HOOK(sb_remount), .decides = "readonly,mount",
	  .tests = { { "readonly", try_writable },
		     { "mount", try_reconfigure, .if_denied = true } } },
	{ TOOL_HOOK(sb_kern_mount), .decides = "mount", .tests = { { "mount", try_create } } },
	{ TOOL_HOOK(fs_context_parse_param), .decides = "device_mount,helper,readonly",
	  .tests = { { "helper", try_release_agent }, { "device_mount", try_source } } },
	{ TOOL_HOOK(move_mount), .decides = "mount", .tests = { { "mount", try_move_mount } } },
	{ TOOL_HOOK(sb_umount), .decides = "mount", .tests = { { "mount", try_umount } } },
	{ TOOL_HOOK(sb_pivotroot), .decides = "mount", .tests = { { "mount", try_pivot_root } } },
	{ TOOL_HOOK(capable), .decides = "readonly,mount", .needed = asks_capable,
	  .tests = { { "mount", try_open_tree }, { "readonly", try_attributes } } },
	{ TOOL_HOOK(file_open), .decides = "device_write,sysfs,helper,sysrq", .needed = asks_files,
	  .tests = { { "sysfs", try_sysfs },
		     { "sysrq", try_sysrq },
		     { "helper", try_open_helper },
		     { "device_write", try_device_write, .if_denied = true } } },
	{ TOOL_HOOK(path_notify), .decides = "watch", .tests = { { "watch", try_watch } } },
	{ .prog = "sysctl_write",
	  .lsm = LSM_OF_sysctl_write,
	  .event = "cgroup_sysctl",
	  .decides = "sysctl,helper",
	  .needed = asks_sysctls,
	  .tests = { { "sysctl", try_sysctl }, { "helper", try_core_pattern } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool fslock = {
	.name = "fslock",
	.object = fslock_bpf__elf_bytes,
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Decide who may make read-only filesystems writable, change mounts, "
			   "write to block devices, sysctls and sysfs, and name the programs that "
			   "the kernel runs.",
		.examples = "Examples:\n"
			    "  fslock                       record only (allow)\n"
			    "  fslock -p baseline           the host only\n"
			    "  fslock -p baseline -a mount  and mounts in containers\n"
			    "  fslock -b readonly           what is read-only stays so, for root too\n"
			    "  fslock -b helper,sysrq       these for nobody\n"
			    "  fslock -r                    stop\n",
	},
	.words = { NULL, groups, phrases },
	.reads = true,
	.operations = find_operations,
	.hooks = hooks,
	.bypasses = bypasses,
	.own = "fslock_kernel",
	.own_size = sizeof(struct fslock_kernel),
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	return tool_run(&fslock, argc, argv);
}
