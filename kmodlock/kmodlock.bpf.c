// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmodlock: modules load only when, by whom and from where they should.
 *
 * Threat: a process that is not of the host has code put into the kernel, by
 * loading a module itself or by asking for something that makes the kernel load
 * one, or takes away one that the host needs.
 *
 * Hooks: capable for loads and unloads, before the kernel looks at anything, so
 * that a denied process can't spoil the load of another that waits for it
 * (kernel/module/main.c: idempotent_init_module); kernel_read_file and
 * kernel_load_data for where a module or firmware comes from, and to record
 * loads; kernel_module_request in the context of who asks, since the modprobe
 * that the kernel starts is the host's; locked_down for signatures and parameters; cgroup/sysctl
 * for the sysctls that would end or take over all that. Of a list of modules
 * kernel_post_read_file and kernel_post_load_data, which see the name in what is loaded, and
 * kernfs_init_security, by which a module has no code of its own run, but for what sets its
 * parameters, and no file whatever it came from: there the kernel says by which name.
 *
 * Invariants: what decides is frozen, but for own_algorithms, which these programs
 * write and bpf(2) does not, other than by another BPF program; the verdict comes
 * before its record; who is not known is not trusted.
 */
#define RECORD_SUBJECT
#include "kmodlock.h"
#include "algorithm.bpf.h"
#include "origin.bpf.h"
#include "bpf/policy.bpf.h"
#include "bpf/subject.bpf.h"
#include "bpf/syscall.bpf.h"
#include "learn.bpf.h"
#include "listed.bpf.h"
#include "sysctl.bpf.h"

enum kernel_read_file_id { READING_FIRMWARE, READING_MODULE, READING_MODULE_COMPRESSED };
enum kernel_load_data_id { LOADING_FIRMWARE, LOADING_MODULE };

#define CAP_SYS_MODULE 16

/* What a record names: what a system call is about, by its first argument, or one of these. */
enum {
	SOURCE_NAME = SYSCALL_DELETE_MODULE + 1, /* what is asked for, or what is loaded */
	SOURCE_FILE_NAME, /* the same, of a file that the kernel is yet to decompress */
	SOURCE_FILE,
};

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	__u64 file = 0;

	if (state.confidential)
		return;
	if (source.kind == SOURCE_NAME || source.kind == SOURCE_FILE_NAME)
		subject_named(subject, source.number, source.kind == SOURCE_FILE_NAME);
	else if (source.kind == SYSCALL_DELETE_MODULE)
		bpf_probe_read_user_str(subject->name, sizeof(subject->name),
					(const void *)source.number);
	else if (source.kind == SOURCE_FILE)
		file = source.number;
	else if (source.kind == SYSCALL_FINIT_MODULE)
		file = subject_descriptor((__u32)source.number);
	if (file)
		subject_file(subject, (struct file *)file);
}

static __always_inline struct record_source source_name(__u64 name, __u16 kind)
{
	return (struct record_source){ kind, subject_text_id(name, false), name };
}

/* What is on no list. An objection that is audited is recorded, and allowed, like the rest. */
static __noinline int decide_unlisted(__u64 name, __u16 kind)
{
	return policy_apply(KMODLOCK_UNLISTED, policy_verdict(KMODLOCK_UNLISTED),
			    source_name(name, kind));
}

/* Whether what is on no list is denied, so that there is no need to wait until it is known better.
 */
static __always_inline bool denies_unlisted(void)
{
	return state.policy.names && !state.policy.audit &&
	       operation_set_has(&state.policy.block, KMODLOCK_UNLISTED);
}

SEC("lsm/kernel_module_request")
int BPF_PROG(kernel_module_request, const char *name)
{
	struct task_struct *task = kernel_current();
	bool trusted, unprivileged, deputy, known = true;
	enum policy_verdict verdict;
	int ret;

	deputy = is_deputy(task, name);
	if (deputy)
		known = algorithm((__u64)name, ALGORITHM_FIND, 0);
	/* For whom it asks is not known: for anybody. */
	unprivileged = !known || !kernel_capable(KERNEL_FOLLOWS_TASK, KERNEL_READ(task, cred),
						 CAP_SYS_MODULE);
	trusted = known && policy_trusted();
	if (unprivileged)
		verdict = decision_both(&state.policy, KMODLOCK_AUTOLOAD,
					KMODLOCK_AUTOLOAD_UNPRIVILEGED, trusted);
	else
		verdict = decision(&state.policy, KMODLOCK_AUTOLOAD, trusted);
	if (state.policy.learns && !deputy)
		learn((__u64)name, KMODLOCK_NAME_REQUEST, trust_current(0, 0, 0), !unprivileged);
	if (state.policy.names && !verdict_denies(decision_audit(&state.policy, verdict)) &&
	    !is_listed((__u64)name, KMODLOCK_NAME_REQUEST, 0)) {
		ret = decide_unlisted((__u64)name, SOURCE_NAME);
		if (ret)
			return ret;
	}
	ret = policy_apply(unprivileged ? KMODLOCK_AUTOLOAD_UNPRIVILEGED : KMODLOCK_AUTOLOAD,
			   verdict, source_name((__u64)name, SOURCE_NAME));
	if (!ret && known && is_crypto(name))
		algorithm((__u64)name, deputy ? ALGORITHM_TAKE : ALGORITHM_ASK, 0);
	return ret;
}

/* What the current process, @task, is doing to modules, for the record. */
static __always_inline struct record_source source_call(struct task_struct *task)
{
	__u64 argument;
	__u32 call = syscall_current(SYSCALLS_MODULES, task, &argument);

	return (struct record_source){ .kind = kernel_hidden(call, argument), .number = argument };
}

static __always_inline struct record_source source_file(struct file *file)
{
	__u64 number = kernel_number(file);

	return (struct record_source){ SOURCE_FILE, subject_file_id(number), number };
}

/* Who asks for CAP_SYS_MODULE: a function of its own, so that who asks for another does nothing. */
static __noinline int decide_capable(struct cred *cred)
{
	struct task_struct *task = kernel_current();
	enum policy_verdict verdict;
	struct record_source source;
	__u32 op = KMODLOCK_UNLOAD;
	bool trusted;

	/* Who lacks it is denied by the kernel; attached as fmod_ret we are asked first. */
	if (KERNEL_READ(task, flags) & PF_KTHREAD ||
	    !kernel_capable(KERNEL_FOLLOWS_TASK, cred, CAP_SYS_MODULE))
		return 0;
	source = source_call(task);
	if (source.kind == SYSCALL_OTHER)
		return 0;
	trusted = policy_trusted();
	if (source.kind != SYSCALL_DELETE_MODULE) {
		verdict = decision(&state.policy, KMODLOCK_LOAD, trusted);
		if (verdict_denies(decision_audit(&state.policy, verdict)))
			op = KMODLOCK_LOAD;
		/* A load that is not denied is recorded when it is known what is loaded. */
		else if (source.kind != SYSCALL_UNKNOWN)
			return 0;
	}
	if (op == KMODLOCK_UNLOAD) {
		verdict = decision(&state.policy, op, trusted);
		/* Where it can't be told what it is, either denial holds. */
		if (source.kind == SYSCALL_UNKNOWN &&
		    !verdict_denies(decision_audit(&state.policy, verdict)))
			return 0;
	}
	/* Of what is allowed the kernel is yet to read the name, which may be another by then. */
	if (source.kind == SYSCALL_DELETE_MODULE && verdict_objects(verdict))
		source.id = subject_text_id(source.number, true);
	return policy_apply(op, verdict, source);
}

SEC("lsm/capable")
int BPF_PROG(capable, struct cred *cred, struct user_namespace *ns, int cap)
{
	return cap == CAP_SYS_MODULE ? decide_capable(cred) : 0;
}

/* A module from @file, or from memory where it is NULL. */
static __always_inline int decide_load(struct file *file)
{
	enum policy_verdict verdict = decision_audit(&state.policy, policy_verdict(KMODLOCK_LOAD));
	__u32 objection = state.policy.origin ? origin_objection(file) : 0;
	struct record_source source = source_file(file);
	int ret = 0;

	if (objection && !verdict_denies(verdict))
		ret = policy_apply(KMODLOCK_MODULE_ORIGIN, objection, source);
	return ret ? ret : policy_apply(KMODLOCK_LOAD, verdict, source);
}

static __always_inline int decide_firmware(struct file *file)
{
	__u32 objection = state.policy.origin ? origin_objection(file) : 0;

	if (!objection)
		return 0;
	return policy_apply(KMODLOCK_FIRMWARE_ORIGIN, objection, source_file(file));
}

/* Linux 7 has an id of its own for a module that the kernel is to decompress. */
SEC("lsm/kernel_read_file")
int BPF_PROG(kernel_read_file, struct file *file, __u32 id)
{
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE))
		return decide_load(file);
	if (bpf_core_enum_value_exists(enum kernel_read_file_id, READING_MODULE_COMPRESSED) &&
	    id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE_COMPRESSED))
		return decide_load(file);
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_FIRMWARE))
		return decide_firmware(file);
	return 0;
}

SEC("lsm/kernel_load_data")
int BPF_PROG(kernel_load_data, __u32 id)
{
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_MODULE))
		return decide_load(NULL);
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_FIRMWARE))
		return decide_firmware(NULL);
	return 0;
}

/* What is loaded, before the kernel looks at it: what it is called where that can be told. */
static __noinline int decide_name(__u64 data, __u64 size, struct file *file)
{
	__u64 name = module_name(data, size, 0);

	if (name)
		return is_listed(name, KMODLOCK_NAME_MODULE, 0)
			       ? 0
			       : decide_unlisted(name, SOURCE_NAME);
	/* Before Linux 7 the kernel shows only what it is about to decompress. */
	if (!file || !is_compressed(data, size))
		return 0;
	name = (__u64)BPF_CORE_READ(file, f_path.dentry, d_name.name);
	return is_listed(name, KMODLOCK_NAME_MODULE | LISTED_TO_DOT, 0)
		       ? 0
		       : decide_unlisted(name, SOURCE_FILE_NAME);
}

SEC("lsm/kernel_post_read_file")
int BPF_PROG(kernel_post_read_file, struct file *file, char *data, __s64 size, __u32 id)
{
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE) &&
	    denies_unlisted())
		return decide_name((__u64)data, size, file);
	return 0;
}

/* Firmware: the first of an upload through sysfs, since Linux 5.19
 * (drivers/base/firmware_loader/sysfs.c). */
SEC("lsm/kernel_post_load_data")
int BPF_PROG(kernel_post_load_data, char *data, __s64 size, __u32 id)
{
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_MODULE))
		return denies_unlisted() ? decide_name((__u64)data, size, NULL) : 0;
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_FIRMWARE))
		return decide_firmware(NULL);
	return 0;
}

/* The kernel has taken a module from wherever, and gives it its directory in /sys/module. */
static __noinline int decide_loaded(__u64 name)
{
	struct task_struct *task = kernel_current();
	struct task_struct *parent;
	__u32 call = source_call(task).kind;

	/* Of an unknown machine's call nothing is known: then a cgroup's name counts too. */
	if (call != SYSCALL_INIT_MODULE && call != SYSCALL_FINIT_MODULE && call != SYSCALL_UNKNOWN)
		return 0;
	parent = KERNEL_READ(task, real_parent);
	/* What the kernel's own modprobe loads somebody has asked for. */
	if (state.policy.learns && parent && !(KERNEL_READ(parent, flags) & PF_KTHREAD))
		learn(name, KMODLOCK_NAME_MODULE, trust_current(0, 0, 0), true);
	return is_listed(name, KMODLOCK_NAME_MODULE, 0) ? 0 : decide_unlisted(name, SOURCE_NAME);
}

SEC("lsm/kernfs_init_security")
int BPF_PROG(kernfs_init_security, struct kernfs_node *parent, struct kernfs_node *node)
{
	__u64 name = sysfs_module(parent, node);

	return name ? decide_loaded(name) : 0;
}

static __noinline int decide_lockdown(__u32 op)
{
	return policy_decide_lockdown(op, source_call(kernel_current()));
}

SEC("lsm/locked_down")
int BPF_PROG(locked_down, __u32 what)
{
	if (what == bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_MODULE_SIGNATURE))
		return decide_lockdown(KMODLOCK_UNSIGNED);
	if (what == bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_MODULE_PARAMETERS))
		return decide_lockdown(KMODLOCK_PARAMETERS);
	return 0;
}

char _license[] SEC("license") = "GPL";
