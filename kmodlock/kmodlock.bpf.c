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
 * that the kernel starts is the host's; locked_down for signatures and parameters.
 *
 * Invariants: what decides is frozen, but for own_algorithms, which these programs
 * write and bpf(2) does not, other than by another BPF program; the verdict comes
 * before its record; who is not known is not trusted.
 */
#define RECORD_SUBJECT
#define RECORD_ROOM RECORD_NAME_MAX /* what subject_file() needs */
#include "kmodlock.h"
#include "origin.bpf.h"
#include "policy.bpf.h"
#include "subject.bpf.h"
#include "syscall.bpf.h"

enum kernel_read_file_id { READING_FIRMWARE, READING_MODULE, READING_MODULE_COMPRESSED };
enum kernel_load_data_id { LOADING_FIRMWARE, LOADING_MODULE };

#define CAP_SYS_MODULE 16
/* include/linux/module.h: MODULE_NAME_LEN; __request_module() refuses what is longer. */
#define REQUEST_MAX 56

const volatile struct kmodlock_template kmodlock_templates[KMODLOCK_TEMPLATES_MAX];

/* The part of an algorithm's name that was asked for, when, and by which kernel thread since. */
struct algorithm {
	__u64 asked; /* ns, CLOCK_BOOTTIME */
	__u64 taken; /* when that thread was started; 0: by none yet */
};

/* So long the kernel may take to look for all that one algorithm needs. */
#define ALGORITHM_NS 30000000000ULL

/*
 * Parts of the names of crypto algorithms that were asked for and allowed. Only these
 * programs write here: the loader freezes it, which shuts out bpf(2).
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, __u64);
	__type(value, struct algorithm);
} own_algorithms SEC(".maps");

/* What a record names: what a system call is about, by its first argument, or one of these. */
enum {
	SOURCE_REQUEST = SYSCALL_DELETE_MODULE + 1, /* what is asked for */
	SOURCE_FILE,
};

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	const void *text = (const void *)source.number;
	__u64 file = 0;

	if (state.confidential)
		return;
	if (source.kind == SOURCE_REQUEST)
		bpf_probe_read_kernel_str(subject->name, sizeof(subject->name), text);
	else if (source.kind == SYSCALL_DELETE_MODULE)
		bpf_probe_read_user_str(subject->name, sizeof(subject->name), text);
	else if (source.kind == SOURCE_FILE)
		file = source.number;
	else if (source.kind == SYSCALL_FINIT_MODULE)
		file = subject_descriptor((__u32)source.number);
	if (file)
		subject_file(subject, (struct file *)file);
}

enum algorithm_act {
	ALGORITHM_FIND = 1, /* is it there for the calling kernel thread? changes nothing */
	ALGORITHM_ASK,	    /* a process was allowed to ask for it */
	ALGORITHM_TAKE,	    /* the calling kernel thread was */
	ALGORITHM_PART = 8, /* or-ed: of what is not the whole name */
};

static __always_inline void algorithm_ask(__u64 part)
{
	struct algorithm new = { .asked = bpf_ktime_get_boot_ns() };

	bpf_map_update_elem(&own_algorithms, &part, &new, BPF_ANY);
	for (int i = 0; i < KMODLOCK_TEMPLATES_MAX; i++) {
		if (kmodlock_templates[i].name != part)
			continue;
		for (int j = 0; j < KMODLOCK_NEEDS_MAX; j++) {
			__u64 need = kmodlock_templates[i].needs[j];

			if (need)
				bpf_map_update_elem(&own_algorithms, &need, &new, BPF_ANY);
		}
		break;
	}
}

/*
 * One thread alone gets what was asked for once: the module is there then, and nobody
 * else's thread comes back for it. What is asked for as part of a longer name is for
 * the next thread to take.
 */
GLOBAL_FUNCTION(algorithm_part, part, act, me)
{
	struct algorithm *found;

	if ((act & ~ALGORITHM_PART) == ALGORITHM_ASK) {
		algorithm_ask(part);
		return 1;
	}
	found = bpf_map_lookup_elem(&own_algorithms, &part);
	if (!found || bpf_ktime_get_boot_ns() - found->asked > ALGORITHM_NS ||
	    (found->taken && found->taken != me))
		return 0;
	if ((act & ~ALGORITHM_PART) == ALGORITHM_TAKE)
		found->taken = act & ALGORITHM_PART ? 0 : me;
	return 1;
}

/* 0 where "-all" ends @name: crypto/api.c asks once with and once without it. */
static __always_inline __u64 not_all(const unsigned char *name)
{
	return (name[0] ^ '-') | (name[1] ^ 'a') | (name[2] ^ 'l') | (name[3] ^ 'l') | name[4];
}

/* The first @length bytes of @text as a word: one to compare, where bytes are loops to verify. */
static __always_inline __u64 word(const char *text, int length)
{
	__u64 word = 0;

	__builtin_memcpy(&word, text, length);
	return word;
}

/* Whether the first @length bytes of @text are those of @start. */
static __always_inline bool begins(__u64 text, const char *start, int length)
{
	return (text & word("\xff\xff\xff\xff\xff\xff\xff\xff", length)) == word(start, length);
}

static __always_inline bool is_crypto(const char *name)
{
	__u64 asked = 0;

	if (!state.confidential)
		bpf_probe_read_kernel_str(&asked, sizeof(asked), name);
	return begins(asked, "crypto-", 7);
}

/*
 * Takes "crypto-a(b(c),d)" apart into a, b, c, d, and does @act with each; false where one
 * is not there, or names can't be read.
 */
GLOBAL_FUNCTION(algorithm, name, act, unused)
{
	GLOBAL_UNUSED(unused);
	/* Not as constants: each would be followed through all turns. */
	__u64 me = KERNEL_READ(kernel_current(), start_boottime);
	__u64 there = policy_any(1, me), none = policy_any(KMODLOCK_HASH, me), part = none;
	unsigned char asked[RECORD_NAME_MAX] = "";

	if (state.confidential)
		return 0;
	act = policy_any(act, me);
	bpf_probe_read_kernel_str(asked, sizeof(asked), (const char *)name);
	for (int i = 7; i < REQUEST_MAX; i++) {
		unsigned char c = asked[i];

		/* 0 where one of them is: one branch to verify in each turn. */
		if (not_all(asked + i) * c * (c ^ '(') * (c ^ ')') * (c ^ ',')) {
			part = kmodlock_hash(part, c);
			continue;
		}
		if (c == '(')
			act |= ALGORITHM_PART;
		if (part != none)
			there &= policy_any(algorithm_part(part, act, me), me);
		part = none;
		if (!c || c == '-')
			break;
	}
	return there;
}

/*
 * Whether the calling kernel thread looks for a crypto algorithm for somebody else
 * (crypto/algboss.c: cryptomgr_probe), who has asked for it by its full name before.
 */
static __always_inline bool is_deputy(struct task_struct *task, const char *name)
{
	__u64 comm[2] = { 0 };

	if (!(KERNEL_READ(task, flags) & PF_KTHREAD) || (!state.confidential && !is_crypto(name)))
		return false;
	bpf_get_current_comm(comm, sizeof(comm));
	/* It begins with "cryptomgr", but not with "cryptomgr_test". */
	return begins(comm[0], "cryptomg", 8) && begins(comm[1], "r", 1) &&
	       !begins(comm[1], "r_test", 6);
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
	unprivileged = !known || !kernel_capable(KERNEL_READ(task, cred), CAP_SYS_MODULE);
	trusted = known && state.policy.profile == PROFILE_BASELINE && trust_current(0, 0, 0);
	if (unprivileged)
		verdict = decision_both(&state.policy, KMODLOCK_AUTOLOAD,
					KMODLOCK_AUTOLOAD_UNPRIVILEGED, trusted);
	else
		verdict = decision(&state.policy, KMODLOCK_AUTOLOAD, trusted);
	ret = policy_apply(unprivileged ? KMODLOCK_AUTOLOAD_UNPRIVILEGED : KMODLOCK_AUTOLOAD,
			   verdict, (struct record_source){ SOURCE_REQUEST, (__u64)name });
	if (!ret && known && is_crypto(name))
		algorithm((__u64)name, deputy ? ALGORITHM_TAKE : ALGORITHM_ASK, 0);
	return ret;
}

/* What the current process, @task, is doing to modules, for the record. */
static __always_inline struct record_source source_call(struct task_struct *task)
{
	__u64 argument;
	__u32 call = syscall_current(task, &argument);

	return (struct record_source){ policy_any(call, argument), argument };
}

static __always_inline struct record_source source_file(struct file *file)
{
	return (struct record_source){ SOURCE_FILE, kernel_number(file) };
}

/* Who asks for CAP_SYS_MODULE: a function of its own, so that who asks for another does nothing. */
static __noinline int decide_capable(struct cred *cred)
{
	struct task_struct *task = kernel_current();
	enum policy_verdict verdict;
	struct record_source source;
	__u32 op = KMODLOCK_LOAD;
	bool trusted;

	/* Who lacks it is denied by the kernel; attached as fmod_ret we are asked first. */
	if (KERNEL_READ(task, flags) & PF_KTHREAD || !kernel_capable(cred, CAP_SYS_MODULE))
		return 0;
	source = source_call(task);
	if (source.kind == SYSCALL_OTHER)
		return 0;
	trusted = policy_trusted();
	verdict = decision(&state.policy, KMODLOCK_LOAD, trusted);
	/* A load that is not denied is recorded when it is known what is loaded. */
	if (source.kind == SYSCALL_DELETE_MODULE ||
	    !verdict_denies(decision_audit(&state.policy, verdict))) {
		if (source.kind == SYSCALL_INIT_MODULE || source.kind == SYSCALL_FINIT_MODULE)
			return 0;
		op = KMODLOCK_UNLOAD;
		verdict = decision(&state.policy, op, trusted);
		/* Where it can't be told what it is, either denial holds. */
		if (source.kind == SYSCALL_UNKNOWN &&
		    !verdict_denies(decision_audit(&state.policy, verdict)))
			return 0;
	}
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

/* The first of an upload through sysfs, since Linux 5.19 (drivers/base/firmware_loader/sysfs.c). */
SEC("lsm/kernel_post_load_data")
int BPF_PROG(kernel_post_load_data, char *data, __s64 size, __u32 id)
{
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_FIRMWARE))
		return decide_firmware(NULL);
	return 0;
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
