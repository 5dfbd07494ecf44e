// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>

#include "bpfrestrict.h"
#include "bpfrestrict.hooks.h"
#include "bpfrestrict.skel.h"
#include "tool/foreign.h"
#include "holders.h"
#include "load/loader.h"
#include "tool/child.h"
#include "tool/hooks.h"
#include "tool/tool.h"
#include "words/msg.h"

/* The kernel's own second name, since Linux 5.14. */
static const struct operation_word aliases[] = {
	{ "prog_run", "prog_test_run" },
	{ 0 },
};

static const struct operation_word groups[] = {
	{ "by_id", "prog_get_next_id,map_get_next_id,btf_get_next_id,link_get_next_id,"
		   "prog_get_fd_by_id,map_get_fd_by_id,btf_get_fd_by_id,link_get_fd_by_id" },
	{ 0 },
};

static const struct operation_phrase phrases[] = {
	{ "map_create", "making a map" },
	{ "map_lookup_elem", "reading an element of a map" },
	{ "map_update_elem", "writing an element of a map" },
	{ "map_delete_elem", "deleting an element of a map" },
	{ "map_get_next_key", "walking through a map" },
	{ "prog_load", "loading a program" },
	{ "obj_pin", "giving an object a name in bpffs" },
	{ "obj_get", "opening a name in bpffs" },
	{ "prog_attach", "attaching a program to a cgroup, socket map or device" },
	{ "prog_detach", "detaching it" },
	{ "prog_test_run", "running a program" },
	{ "prog_get_next_id", "listing all programs" },
	{ "map_get_next_id", "listing all maps" },
	{ "prog_get_fd_by_id", "opening anybody's program" },
	{ "map_get_fd_by_id", "opening anybody's map" },
	{ "obj_get_info_by_fd", "what an object is" },
	{ "prog_query", "which programs are attached to a cgroup or device" },
	{ "raw_tracepoint_open", "attaching to a raw tracepoint" },
	{ "btf_load", "loading BTF type information" },
	{ "btf_get_fd_by_id", "opening anybody's BTF" },
	{ "task_fd_query", "what a perf event of a process runs" },
	{ "map_lookup_and_delete_elem", "taking an element out of a map" },
	{ "map_freeze", "making a map read-only" },
	{ "btf_get_next_id", "listing all BTF" },
	{ "map_lookup_batch", "reading many elements" },
	{ "map_lookup_and_delete_batch", "taking many elements out" },
	{ "map_update_batch", "writing many elements" },
	{ "map_delete_batch", "deleting many elements" },
	{ "link_create", "attaching a program by a link" },
	{ "link_update", "changing what a link runs" },
	{ "link_get_fd_by_id", "opening anybody's link" },
	{ "link_get_next_id", "listing all links" },
	{ "enable_stats", "having the run time of programs counted" },
	{ "iter_create", "opening an iterator" },
	{ "link_detach", "detaching what a link runs" },
	{ "prog_bind_map", "tying a map to a program" },
	{ "token_create", "making a token of a delegated bpffs" },
	{ "prog_stream_read_by_fd", "reading what a program printed" },
	{ "prog_assoc_struct_ops", "tying a program to a struct_ops map" },
	{ "unknown_command", "a command that the kernel's BTF has no name for" },
	{ "hook_tamper", "loading a program that can answer for the suite's hooks" },
	{ "bpf_write", "loading a program that writes user memory",
	  "use of bpf to write user RAM" },
	{ 0 },
};

static const struct bypass bypasses[] = {
	{ "hook_tamper", "all", "kernel/bpf/verifier.c: check_attach_modify_return" },
	{ 0 },
};

/* What the suite attaches to, each as the LSM hook and as the function that calls it. */
static const char *const targets[] = {
#include "targets.h"
};

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

_Static_assert(TARGETS <= TARGETS_MAX, "all are frozen");

static const char *class_of(const char *name)
{
	static const struct {
		const char *prefix, *class;
	} classes[] = {
		{ "map_", "map" },   { "prog_", "prog" }, { "obj_", "object" }, { "btf_", "btf" },
		{ "link_", "link" }, { "iter_", "link" }, { "raw_", "link" },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strncmp(name, classes[i].prefix, strlen(classes[i].prefix)))
			return classes[i].class;
	return "other";
}

static int find_operations(struct operations *ops)
{
	int err = operations_add_enum(ops, BTF_BPF_CMD, "BPF_"), reason;

	if (err)
		return err;
	for (int op = 0; op < BPFRESTRICT_UNKNOWN_COMMAND; op++)
		ops->list[op].class = class_of(ops->list[op].name);
	operations_add(ops, BPFRESTRICT_UNKNOWN_COMMAND, "unknown_command", "other");
	operations_add(ops, BPFRESTRICT_HOOK_TAMPER, "hook_tamper", "prog");
	if (!btf_enum_value(&ops->btf, BTF_LOCKDOWN_REASON, "LOCKDOWN_BPF_WRITE_USER", &reason))
		operations_add(ops, BPFRESTRICT_BPF_WRITE, "bpf_write", "prog");
	return 0;
}

static long command(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* An empty attribute asks for nothing, but first the hook is asked (kernel/bpf/syscall.c). */
static int try_empty(int cmd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return child_denied(command(cmd, &attr));
}

static int try_map_create(unsigned int op)
{
	(void)op;
	return try_empty(BPF_MAP_CREATE);
}

static int try_prog_load(unsigned int op)
{
	(void)op;
	return try_empty(BPF_PROG_LOAD);
}

static int try_obj_get(unsigned int op)
{
	(void)op;
	return try_empty(BPF_OBJ_GET);
}

/*
 * Any other command, as whose attribute only its last byte makes sense at most: what is set behind
 * the last member that a command has is refused (kernel/bpf/syscall.c: CHECK_ATTR). Not longer than
 * what Linux 5.10 knows, or the hook is not asked.
 */
static int try_command(unsigned int op)
{
	unsigned char attr[112];

	memset(attr, 0xff, sizeof(attr));
	return child_denied(syscall(SYS_bpf, op, attr, sizeof(attr)));
}

/* Loads a program that has @instruction in it and drops it again: 0 or a negative errno. */
static int load_with(struct bpf_insn instruction)
{
	const struct bpf_insn program[] = {
		{ BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -8 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 8 },
		instruction,
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_KPROBE;
	attr.insns = (__u64)(unsigned long)program;
	attr.insn_cnt = sizeof(program) / sizeof(program[0]);
	attr.license = (__u64)(unsigned long)"GPL";
	fd = command(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		return -errno;
	close((int)fd);
	return 0;
}

static int load_writer(void)
{
	return load_with((struct bpf_insn){ BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_write_user });
}

/* A denial takes the helper away (kernel/trace/bpf_trace.c): EINVAL, for the same without is fine.
 */
static int try_bpf_write(unsigned int op)
{
	int err = load_with((struct bpf_insn){ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0 });

	(void)op;
	if (err)
		return err == -EPERM ? err : 0;
	return load_writer() == -EINVAL ? -EPERM : 0;
}

/*
 * With CAP_SYS_ADMIN kernels that ask the hook first then log a warning of the
 * helper (bpf_get_probe_write_proto); without, newer ones, which log none, don't ask.
 */
static int ask_bpf_write(unsigned int op)
{
	(void)op;
	if (child_drop(CAP_SYS_ADMIN))
		return 0;
	return load_writer() == -EPERM ? -EPERM : 0;
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(bpf), .tests = { { "map_create", try_map_create },
				     { "prog_load", try_prog_load },
				     { "obj_get", try_obj_get },
				     { "hook_tamper", foreign_try },
				     { NULL, try_command } } },
	{ TOOL_HOOK(locked_down), .decides = "bpf_write", .after_lockdown = true,
	  .tests = { { "bpf_write", try_bpf_write, ask_bpf_write } } },
	{ TOOL_HOOK(bpf_prog), .decides = "bpf_write", .since = "6.18",
	  .needed = hooks_of_registers, .untested = "its test would load a BPF program" },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

/* The functions that others must not answer for; 0 is none. */
static void freeze_targets(struct bpfrestrict_frozen *frozen, const struct kernel_btf *kernel)
{
	for (size_t i = 0; i < TARGETS; i++)
		frozen->targets.id[i] = btf_function(kernel, targets[i]);
}

static void warn_of_hooks(const struct bpfrestrict_frozen *frozen, const struct kernel_btf *kernel)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int found;

	if (!stream)
		return;
	found = foreign_hooks(stream, frozen->targets.id, TARGETS, foreign_is_checked(kernel));
	fclose(stream);
	if (found > 0)
		msg_warning("programs of others, loaded before, can turn a denial into success: "
			    "%s; end what loaded them",
			    text);
	free(text);
}

/* What on this machine will fail: of the host where something is denied to it, else in containers.
 */
static void warn_of_users(const struct policy *policy)
{
	bool host = policy->profile == PROFILE_RESTRICTED || policy->block.bits[0] ||
		    policy->block.bits[1];
	char *settings = NULL, *holders = NULL;
	size_t size;
	FILE *stream;
	int count = 0, found = 0;

	if (policy->audit || (!host && policy->profile == PROFILE_ALLOW))
		return;
	stream = open_memstream(&settings, &size);
	if (stream) {
		count = host ? foreign_settings(stream) : 0;
		fclose(stream);
	}
	stream = open_memstream(&holders, &size);
	if (stream) {
		found = holders_list(stream, !host);
		fclose(stream);
	}
	if (count > 0 || found > 0)
		msg_warning("from now on bpf(2) fails, where it is denied, for%s%s%s%s%s",
			    found > 0 ? " " : "", found > 0 ? holders : "",
			    found > 0 && count > 0 ? "; and for" : "",
			    count > 0 ? " units that are started later with " : "",
			    count > 0 ? settings : "");
	free(settings);
	free(holders);
}

static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	struct bpfrestrict_frozen *frozen = own;

	(void)root;
	freeze_targets(frozen, &ops->btf);
	for (__u32 op = 0; op < BPFRESTRICT_UNKNOWN_COMMAND; op++)
		if (*ops->list[op].name)
			frozen->commands = op + 1;
	if (!loader_identity(&frozen->loader))
		prctl(PR_SET_DUMPABLE, 0); /* nobody without CAP_SYS_PTRACE has a hand in it */
	/* Where bpf(2) is shut, what follows says so, and nothing changes. */
	if (try_empty(BPF_PROG_LOAD))
		return 0;
	warn_of_hooks(frozen, &ops->btf);
	warn_of_users(policy);
	return 0;
}

static const struct tool bpfrestrict = {
	.name = "bpfrestrict",
	.object = bpfrestrict_bpf__elf_bytes,
	.profile = PROFILE_BASELINE,
	.help = {
		.purpose = "Restrict the bpf(2) system call, per command, and "
			   "bpf_probe_write_user().",
		.examples = "Run it last: what it denies, the other programs need to start.\n\n"
			    "Examples:\n"
			    "  bpfrestrict                        the host only (baseline)\n"
			    "  bpfrestrict -p restrict -b btf_load    and nobody loads BTF\n"
			    "  bpfrestrict -p deny                nobody, until --remove\n"
			    "  bpfrestrict -p none                record only\n"
			    "  bpfrestrict -r                     stop\n",
	},
	.words = { aliases, groups, phrases },
	.operations = find_operations,
	.hooks = hooks,
	.bypasses = bypasses,
	.own = "frozen",
	.own_size = sizeof(struct bpfrestrict_frozen),
	.prepare = prepare,
};

int main(int argc, char **argv)
{
	return tool_run(&bpfrestrict, argc, argv);
}
