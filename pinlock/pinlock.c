// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "abi/digest.h"
#include "abi/policy.h"
#include "load/loader.h"
#include "load/seal.h"
#include "folders.h"
#include "pinlock.h"
#include "pinlock.hooks.h"
#include "pinlock.skel.h"
#include "seal.skel.h"
#include "pins/covered.h"
#include "records/records.h"
#include "tool/explain.h"
#include "tool/foreign.h"
#include "tool/tool.h"
#include "try.h"
#include "words/msg.h"

static const struct operation_phrase phrases[] = {
	{ "unpin", "removing or renaming a pin of the suite, or a folder of such" },
	{ "unmount", "what takes away the mounts that the pins are on" },
	{ "overrule", "detaching, replacing or overruling by bpf(2) what is attached" },
	{ 0 },
};

static int find_operations(struct operations *ops)
{
	operations_add(ops, PINLOCK_UNPIN, "unpin", "pins");
	operations_add(ops, PINLOCK_UNMOUNT, "unmount", "mounts");
	operations_add(ops, PINLOCK_OVERRULE, "overrule", "bpf");
	return 0;
}

/* What the suite attaches to, each as the LSM hook and as the function that calls it. */
static const char *const targets[] = {
#include "targets.h"
};

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

_Static_assert(TARGETS <= TARGETS_MAX, "all are frozen");

static bool is_loaded(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char digit = '0';
	bool loaded = fd >= 0 && read(fd, &digit, 1) == 1 && digit != '0';

	if (fd >= 0)
		close(fd);
	return loaded;
}

/* Whose programs could answer before the seal: NULL, or a list that the caller frees. */
static char *find_foreign(const struct targets *of, bool checked)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int found;

	if (!stream)
		return NULL;
	found = foreign_hooks(stream, of->id, TARGETS, checked);
	fclose(stream);
	if (found <= 0) {
		free(text);
		text = NULL;
	}
	return text;
}

/* Where a seal would be void there is none: 0, or an exit status after having said why. */
static int check_seal(const struct frozen *sealing, const struct pinlock_frozen *frozen,
		      bool checked)
{
	char *foreign;

	if (sealing->attachment == ATTACHMENT_BEST_EFFORT) {
		msg_error("cannot seal: on this kernel the programs can be skipped; boot with "
			  "'bpf' among the LSMs of 'lsm='");
		return EX_UNAVAILABLE;
	}
	if (is_loaded("/sys/kernel/kexec_loaded")) {
		msg_error("cannot seal: a kernel is loaded for kexec, which can be started at any "
			  "time; unload it with 'kexec -u'");
		return EX_UNAVAILABLE;
	}
	if (is_loaded("/sys/kernel/kexec_crash_loaded")) {
		msg_error("cannot seal: a kernel is loaded for kexec after a crash, which anybody "
			  "with root can bring about; unload it with 'kexec -p -u'");
		return EX_UNAVAILABLE;
	}
	foreign = find_foreign(&frozen->targets, checked);
	if (foreign) {
		msg_error("cannot seal: BPF programs of others are on functions of the suite: %s; "
			  "end what loaded them",
			  foreign);
		free(foreign);
		return EX_UNAVAILABLE;
	}
	return 0;
}

/* What has no exception is the seal. */
static bool seals(const struct frozen *frozen)
{
	const struct policy *policy = &frozen->policy;

	return policy->profile == PROFILE_RESTRICTED && !policy->audit && !policy->allow.bits[0] &&
	       !policy->allow.bits[1];
}

/* What is left to the host's root, by the programs that would deny it to everybody. */
static void warn_of_ways(void)
{
	static const struct {
		const char *program, *operations;
	} ways[] = {
		{ "kimglock", "dev_mem,kexec,msr,pci_access,ioport,dbg_write_kernel" },
		{ "kmodlock", "load_module" },
		{ "fslock", "device_write" },
	};
	struct records_state state;
	char *text = NULL;
	size_t size, count = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!records_pinned_state(ways[i].program, &state) && seals(&state.frozen))
			continue;
		fprintf(stream, "%s%s of %s", count++ ? ", " : "", ways[i].operations,
			ways[i].program);
	}
	fclose(stream);
	if (count)
		msg_warning("the seal is worth what is denied to the host's root, which is left "
			    "%s, but for what their lists deny; run them with -p restricted",
			    text);
	free(text);
}

static void warn_of_seal(const struct frozen *sealing, const struct operations *ops, bool open)
{
	if (sealing->attachment != ATTACHMENT_LSM || !seal_possible(&ops->btf))
		msg_warning("the seal lasts as long as its own pins, which it keeps: what lasts "
			    "without needs Linux 6.0 with 'bpf' among the LSMs of 'lsm='");
	else if (open)
		msg_warning("before Linux 6.12 a BPF program that is loaded later can answer for "
			    "bpf(2) before the seal does; 'bpfrestrict -p restricted', or -b "
			    "hook_tamper, closes that, or run it before");
}

/* For whoever compares what is asked for with what is in force. */
static int list(const struct options *options, struct policy *policy, struct trusted *to, void *own)
{
	struct pinlock_folders *folders = &((struct pinlock_frozen *)own)->folders;
	int count = folders_find(options, folders);

	(void)to;
	if (count < 0)
		return EX_USAGE;
	policy->folders = (__u32)count;
	policy->folders_sum = count ? (__u32)digest(folders, sizeof(*folders)) : 0;
	return 0;
}

static int settle(const struct options *options, const struct frozen *sealing,
		  const struct operations *ops, void *own)
{
	struct pinlock_frozen *frozen = own;
	bool checked = foreign_is_checked(&ops->btf), open;
	struct stat st;
	int found = covered_mounts(frozen->mounts, &frozen->namespace), status;

	if (found < 0) {
		msg_error("cannot find the mounts that '" PIN_BPFFS "' is on: %s",
			  strerror(-found));
		return explain_status(found);
	}
	for (size_t i = 0; i < TARGETS; i++)
		frozen->targets.id[i] = btf_function(&ops->btf, targets[i]);
	if (!stat(PIN_ROOT, &st))
		frozen->pins = (struct guard_covered){ st.st_ino, frozen->mounts[0].root.device };
	/* bpfrestrict, which may close that, may have to be added. */
	open = sealing->policy.profile == PROFILE_RESTRICTED && !checked &&
	       !pin_exists("bpfrestrict", "bpf");
	frozen->adds = checked || open;
	if (sealing->policy.profile != PROFILE_RESTRICTED)
		return 0;
	/* Who can't be told from others is no exception; nobody without CAP_SYS_PTRACE has a hand
	 * in it. */
	if (!loader_identity(&frozen->loader))
		prctl(PR_SET_DUMPABLE, 0);
	if (!seals(sealing))
		return 0;
	/* What is on the functions of the suite is the seal then. */
	status = pin_sealed() ? 0 : check_seal(sealing, frozen, checked);
	if (status)
		return status;
	warn_of_seal(sealing, ops, open);
	/* Else the launcher does, who knows what will be. */
	if (!options->among)
		warn_of_ways();
	return 0;
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(inode_unlink), .decides = "unpin",
	  .tests = { { "unpin", try_unlink, .if_denied = true } } },
	{ TOOL_HOOK(inode_rmdir), .decides = "unpin", .tests = { { "unpin", try_rmdir } } },
	{ TOOL_HOOK(inode_rename), .decides = "unpin", .tests = { { "unpin", try_rename } } },
	{ TOOL_HOOK(sb_umount), .decides = "unmount",
	  .tests = { { "unmount", try_umount, .in_host_mounts = true } } },
	{ .prog = "sb_umount__lazy",
	  .lsm = LSM_OF_sb_umount__lazy,
	  .event = "lsm_sb_umount",
	  .decides = "unmount",
	  .tests = { { "unmount", try_umount_lazily, .in_host_mounts = true } } },
	{ TOOL_HOOK(sb_mount), .decides = "unmount",
	  .tests = { { "unmount", try_move, .in_host_mounts = true } } },
	{ TOOL_HOOK(move_mount), .decides = "unmount",
	  .tests = { { "unmount", try_move_mount, .in_host_mounts = true } } },
	{ TOOL_HOOK(sb_pivotroot), .decides = "unmount",
	  .tests = { { "unmount", try_pivot_root, .in_host_mounts = true } } },
	{ TOOL_HOOK(bpf), .decides = "overrule", .tests = { { "overrule", foreign_try } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool pinlock = {
	.name = "pinlock",
	.object = pinlock_bpf__elf_bytes,
	.profile = PROFILE_BASELINE,
	.help = {
		.purpose = "Keep what is pinned by the suite, its mounts and what it has attached.",
		.examples = "Examples:\n"
			    "  pinlock                      the host can remove it, containers can't\n"
			    "  pinlock -p restricted        nobody can\n"
			    "  pinlock -p allow             record only\n"
			    "  pinlock --path=/sys/fs/bpf/cilium\n"
			    "                               and what others pinned there\n"
			    "  pinlock -r                   stop\n",
		.kinds = KEYS_FOLDERS,
	},
	.words = { .phrases = phrases },
	.reads = true,
	.operations = find_operations,
	.hooks = hooks,
	.own = "frozen",
	.own_size = sizeof(struct pinlock_frozen),
	.list = list,
	.settle = settle,
	.seals = seals,
	.seal = seal_bpf__elf_bytes,
};

int main(int argc, char **argv)
{
	return tool_run(&pinlock, argc, argv);
}
