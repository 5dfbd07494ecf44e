/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was decided, counted and recorded after the verdict: a failure here
 * changes no verdict, and nothing here is read to decide. Read back by the
 * pinned iterators at the end, as files, without bpf(2).
 */
#ifndef BPFLOCK_RECORD_BPF_H
#define BPFLOCK_RECORD_BPF_H

#include "abi/decision.h"
#include "bpf/read.bpf.h"
#include "abi/record.h"

/* In .rodata, which libbpf freezes before the programs are loaded. */
const volatile struct frozen state;

/* What something was done to, as a function of its own can be given it. */
struct record_source {
	__u16 kind; /* the program's own; 0: nothing */
	__u32 id;   /* by record_id(); 0: it is not told from others */
	__u64 number;
};

/* Whatever two words have in common is spread over all bits. */
static __always_inline __u64 record_mix(__u64 sum, __u64 word)
{
	sum ^= word;
	sum ^= sum >> 32;
	return sum * 0x9e3779b97f4a7c15;
}

/* A source's id, from two numbers that tell it from others: neither 0 nor RECORD_OTHERS. */
static __always_inline __u32 record_id(__u64 a, __u64 b)
{
	return (record_mix(a, b) >> 37) + 1;
}

/* That of @inode; its superblock stays where it is. */
static __always_inline __u32 record_inode_id(const struct inode *inode)
{
	return record_id(inode->i_ino, kernel_number(inode->i_sb));
}

/*
 * A program that records it defines RECORD_SUBJECT and this, which is called for what is not yet
 * on record. The record that the subject is behind in a struct record_named is its to write to; all
 * is zeros.
 */
#ifdef RECORD_SUBJECT
static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source);
#endif

/* An s_dev as stat(2) has it (include/linux/kdev_t.h: new_encode_dev). */
static __always_inline __u32 record_device(__u32 device)
{
	return (device & 0xff) | (device >> 20) << 8 | (device & 0xfff00) << 12;
}

/* A program that defines RECORD_OWN has tables and a way into them of its own. */
#ifndef RECORD_OWN
/*
 * Objections have a table of their own: no number of permissions pushes one out. A program keeps
 * no more than 1 MiB of kernel memory, of which permissions get what is left.
 */
#ifdef RECORD_SUBJECT
typedef struct record_named record_value;
#else
typedef struct record record_value;
#endif
#define RECORD_DENIED_MAX 2048
#define RECORD_ALLOWED_MAX 120
#endif

/*
 * Of each operation a row of counters for each set, which is a CPU's, and one of tests; made as
 * large by the loader. No per-CPU map: each of its elements is an allocation of its own, and so
 * many of them slow down every fork (mm/percpu.c: pcpu_alloc).
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record_counters);
} counters SEC(".maps");

#ifndef RECORD_OWN
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RECORD_DENIED_MAX + RECORD_EARLY_MAX);
	__type(key, struct record_key);
	__type(value, record_value);
} denied SEC(".maps");

/* Which of these goes when there is no room, and which then goes there. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, RECORD_DENIED_MAX + RECORD_EARLY_MAX);
	__type(value, struct record_key);
} order SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, RECORD_EARLY_MAX);
	__type(value, struct record_key);
} early SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RECORD_EARLY_GROUPS);
	__type(key, __u32);
	__type(value, struct record_group);
} groups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RECORD_ALLOWED_MAX);
	__type(key, struct record_key);
	__type(value, record_value);
} allowed SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RECORD_NAMES_MAX);
	__type(key, struct record_names_key);
	__type(value, struct record_names);
} names SEC(".maps");

/* Relaxed: of any other order newer clangs make a fetch, which came with Linux 5.12. */
#define RECORD_ADD(count) __atomic_fetch_add(count, 1, __ATOMIC_RELAXED)

static __always_inline void record_count_in(__u32 set, __u32 op, __u32 verdict)
{
	__u32 key = op * (state.sets + 1) + set;
	struct record_counters *row;

	/* Past the table it has no row, and must not wrap around to another's. */
	if (op >= OPERATIONS_MAX || verdict >= VERDICTS_MAX)
		return;
	row = bpf_map_lookup_elem(&counters, &key);
	if (row)
		RECORD_ADD(&row->verdicts[verdict]);
}

/* This CPU's. */
static __always_inline __u32 record_set(void)
{
	return bpf_get_smp_processor_id() & (state.sets - 1);
}

static __always_inline void record_count(__u32 op, __u32 verdict)
{
	record_count_in(record_set(), op, verdict);
}

/*
 * How a record is filled in: by calls. What is denied needs to be quick, a first record does not,
 * and for each pointer of a task that is followed the verifier searches all of BTF, several times
 * (kernel/bpf/verifier.c: btf_nested_type_is_trusted).
 */
#define RECORD_FOLLOWS (KERNEL_FOLLOWS_TASK && state.confidential)

/*
 * The active pid namespace's number. The one that children would get is it or
 * below it (kernel/pid_namespace.c: pidns_install), so going up leads there.
 */
static __always_inline __u32 record_pidns(bool follows, struct nsproxy *nsproxy, unsigned int level)
{
	struct pid_namespace *ns = KERNEL_READ_BY(follows, nsproxy, pid_ns_for_children);

	for (int i = 0; i < 5 && ns; i++) {
		unsigned int at = KERNEL_READ_BY(follows, ns, level);

		if (at <= level)
			return at == level ? KERNEL_READ_BY(follows, ns, ns.inum) : 0;
		ns = KERNEL_READ_BY(follows, ns, parent);
	}
	return 0;
}

/*
 * Who calls: its number in the lower half, that of its thread group in the upper. A program that
 * has a hook of cgroups defines RECORD_CGROUP: before Linux 6.2 such a hook can't call for them.
 */
static __always_inline __u64 record_ids_by(bool follows)
{
#ifdef RECORD_CGROUP
	struct task_struct *task = kernel_current();

	return (__u64)KERNEL_READ_BY(follows, task, tgid) << 32 |
	       (__u32)KERNEL_READ_BY(follows, task, pid);
#else
	return bpf_get_current_pid_tgid();
#endif
}

static __always_inline __u64 record_ids(void)
{
	return KERNEL_FOLLOWS_TASK ? record_ids_by(true) : record_ids_by(false);
}

/*
 * When the process was started: the leader of its threads, who asks most. Another reads the leader
 * by calls, for the verifier's sake too.
 */
static __always_inline __u64 record_start_by(bool follows, __u64 ids)
{
	struct task_struct *task = kernel_current_by(follows), *leader;
	__u32 pid = ids, tgid = ids >> 32;

	if (pid == tgid)
		return KERNEL_READ_BY(follows, task, start_boottime);
	leader = KERNEL_READ_BY(follows && state.confidential, task, group_leader);
	return KERNEL_READ_BY(follows && state.confidential, leader, start_boottime);
}

static __always_inline __u64 record_start(__u64 ids)
{
	return KERNEL_FOLLOWS_TASK ? record_start_by(true, ids) : record_start_by(false, ids);
}

/*
 * Who tests says so by reading the pin `testing`, and again when it is done. Root can, in the
 * initial pid namespace: who can could as well remove the pins. No verdict is another for it, and
 * all is counted. Who ends without having said so is forgotten after a minute.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RECORD_TESTS_MAX + 1);
	__type(key, __u32);
	__type(value, struct record_tester);
} testers SEC(".maps");

#define RECORD_TEST_NS (60 * 1000000000ULL)
/* A child, its child in new namespaces, which has a child of its own. */
#define RECORD_TEST_DEPTH 4

/* How far down the calling process's pid namespace is; -1: not known. */
static __always_inline int record_level_by(bool follows)
{
	struct pid *pid = KERNEL_READ_BY(follows, kernel_current_by(follows), thread_pid);

	return pid ? (int)KERNEL_READ_BY(follows, pid, level) : -1;
}

static __always_inline int record_level(void)
{
	return RECORD_FOLLOWS ? record_level_by(true) : record_level_by(false);
}

SEC("iter/bpf_map_elem")
int read_testing(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 ids = record_ids();
	struct record_tester tester = { .start = record_start(ids), .tgid = ids >> 32 };
	__u32 key = tester.tgid & (RECORD_TESTS_MAX - 1);
	__u32 last = RECORD_TESTS_MAX;
	__u64 now = bpf_ktime_get_boot_ns();
	struct record_tester *is, *all;

	/* Of its rows the first will do. */
	if (ctx->meta->seq_num || !ctx->value || record_level() != 0)
		return 0;
	is = bpf_map_lookup_elem(&testers, &key);
	all = bpf_map_lookup_elem(&testers, &last);
	if (!is || !all)
		return 0;
	if (is->tgid == tester.tgid && is->start == tester.start && all->tgid) {
		is->tgid = 0;
		__atomic_fetch_add(&all->tgid, -1, __ATOMIC_RELAXED);
		return 0;
	}
	if (now >= all->start)
		all->tgid = 0;
	is->start = tester.start;
	is->tgid = tester.tgid;
	all->start = now + RECORD_TEST_NS;
	RECORD_ADD(&all->tgid);
	return 0;
}

/* Whether anybody may be testing @now. */
static __always_inline bool record_tested(__u64 now)
{
	__u32 key = RECORD_TESTS_MAX;
	struct record_tester *all = bpf_map_lookup_elem(&testers, &key);

	return all && all->tgid && now < all->start;
}

/* Whether the calling process tests, or one of the first above it. */
static __always_inline bool record_tests_by(bool follows, __u64 ids)
{
	struct record_tester who = { .start = record_start(ids), .tgid = ids >> 32 }, *tester;
	struct task_struct *task = kernel_current_by(follows);

	for (int i = 0; i < RECORD_TEST_DEPTH; i++) {
		__u32 key = who.tgid & (RECORD_TESTS_MAX - 1);

		tester = bpf_map_lookup_elem(&testers, &key);
		if (tester && who.tgid && tester->tgid == who.tgid && tester->start == who.start)
			return true;
		task = KERNEL_READ_BY(follows, task, real_parent);
		if (!task)
			break;
		who.start = KERNEL_READ_BY(follows, task, start_boottime);
		who.tgid = KERNEL_READ_BY(follows, task, tgid);
	}
	return false;
}

static __noinline bool record_tests(__u64 ids)
{
	return RECORD_FOLLOWS ? record_tests_by(true, ids) : record_tests_by(false, ids);
}

/* What it runs. */
static __always_inline void record_fill_exe(bool follows, struct record *r)
{
	struct mm_struct *mm = KERNEL_READ_BY(follows, kernel_current(), mm);
	struct file *file = mm ? KERNEL_READ_BY(follows, mm, exe_file) : NULL;
	struct inode *inode = file ? KERNEL_READ_BY(follows, file, f_inode) : NULL;
	struct super_block *sb;

	if (!inode)
		return;
	r->exe = KERNEL_READ_BY(follows, inode, i_ino);
	sb = KERNEL_READ_BY(follows, inode, i_sb);
	r->exe_device = record_device(KERNEL_READ_BY(follows, sb, s_dev));
}

/*
 * A pointer that is read by a call: a function of its own, so that many of them need no more stack
 * than one.
 */
static __noinline __u64 record_pointer(__u64 from)
{
	__u64 to = 0;

	bpf_probe_read_kernel(&to, sizeof(to), (const void *)from);
	return to;
}

#define RECORD_AT(number, type, field) record_pointer((__u64) & ((type *)(number))->field)

/* The kinds that are told of: those by which who is trusted is known. */
#define RECORD_KINDS (state.policy.namespaces ? state.policy.namespaces : NAMESPACE_PID)

/* Those that a nsproxy has. */
#define RECORD_KINDS_IN_NSPROXY (RECORD_KINDS & ~(NAMESPACE_PID | NAMESPACE_USER))

/* Of which of these the caller is in another namespace than the initial one. */
static __always_inline __u32 record_kinds_by_pointers(void)
{
	struct task_struct *task = kernel_current();
	struct pid *pid = task->thread_pid;
	struct nsproxy *ns, *init;
	__u32 kinds = 0;

	if (RECORD_KINDS & NAMESPACE_USER) {
		struct cred *cred = (struct cred *)task->cred;
		struct user_namespace *user = cred ? cred->user_ns : NULL;

		kinds = user && user->level ? NAMESPACE_USER : 0;
	}
	if (!pid)
		return kinds;
	kinds |= pid->level ? RECORD_KINDS & NAMESPACE_PID : 0;
	if (!RECORD_KINDS_IN_NSPROXY)
		return kinds;
	ns = task->nsproxy;
	init = kernel_init_nsproxy(true, pid);
	if (!ns || !init || ns == init)
		return kinds;
	kinds |= ns->mnt_ns == init->mnt_ns ? 0 : NAMESPACE_MNT;
	kinds |= ns->net_ns == init->net_ns ? 0 : NAMESPACE_NET;
	kinds |= ns->ipc_ns == init->ipc_ns ? 0 : NAMESPACE_IPC;
	kinds |= ns->uts_ns == init->uts_ns ? 0 : NAMESPACE_UTS;
	kinds |= ns->cgroup_ns == init->cgroup_ns ? 0 : NAMESPACE_CGROUP;
	kinds |= ns->time_ns == init->time_ns ? 0 : NAMESPACE_TIME;
	return kinds & RECORD_KINDS;
}

/* What @kind, of offset @field in a nsproxy, is where the two that are there differ. */
#define RECORD_OTHER(field, kind)                                                                  \
	(!(RECORD_KINDS & (kind)) || RECORD_AT(ns, struct nsproxy, field) ==                       \
					     RECORD_AT(init, struct nsproxy, field)                \
		 ? 0                                                                               \
		 : (kind))

static __always_inline __u32 record_kinds_by_calls(void)
{
	__u64 ns = (__u64)kernel_current(), pid = RECORD_AT(ns, struct task_struct, thread_pid);
	__u64 init;
	__u32 kinds = 0;

	if (RECORD_KINDS & NAMESPACE_USER) {
		init = RECORD_AT(ns, struct task_struct, cred);
		init = RECORD_AT(init, struct cred, user_ns);
		if (init && (__u32)RECORD_AT(init, struct user_namespace, level))
			kinds = NAMESPACE_USER;
	}
	if (!pid)
		return kinds;
	if (RECORD_KINDS & NAMESPACE_PID && (__u32)RECORD_AT(pid, struct pid, level))
		kinds |= NAMESPACE_PID;
	if (!RECORD_KINDS_IN_NSPROXY)
		return kinds;
	ns = RECORD_AT(ns, struct task_struct, nsproxy);
	init = RECORD_AT(pid, struct pid, numbers[0].ns);
	init = RECORD_AT(init, struct pid_namespace, child_reaper);
	init = RECORD_AT(init, struct task_struct, real_parent);
	init = RECORD_AT(init, struct task_struct, nsproxy);
	if (!ns || !init || ns == init)
		return kinds;
	kinds |= RECORD_OTHER(mnt_ns, NAMESPACE_MNT);
	kinds |= RECORD_OTHER(net_ns, NAMESPACE_NET);
	kinds |= RECORD_OTHER(ipc_ns, NAMESPACE_IPC);
	kinds |= RECORD_OTHER(uts_ns, NAMESPACE_UTS);
	kinds |= RECORD_OTHER(cgroup_ns, NAMESPACE_CGROUP);
	kinds |= RECORD_OTHER(time_ns, NAMESPACE_TIME);
	return kinds;
}

static __always_inline void record_fill_by(bool follows, struct record *r)
{
	struct task_struct *task = kernel_current();
	struct task_struct *parent = KERNEL_READ_BY(follows, task, real_parent);
	struct nsproxy *nsproxy = KERNEL_READ_BY(follows, task, nsproxy);
	struct pid *pid = KERNEL_READ_BY(follows, task, thread_pid);
	__u64 ids = bpf_get_current_uid_gid();

	r->pid = (__u32)record_ids_by(follows);
	r->uid = (__u32)ids;
	r->gid = ids >> 32;
	r->cgroup = bpf_get_current_cgroup_id();
#ifdef RECORD_CGROUP
	KERNEL_READ_COMM(follows, r->comm, task);
#else
#ifdef RECORD_OWN /* of each execution: two loads */
	if (follows)
		KERNEL_READ_COMM(true, r->comm, task);
	else
#endif
		bpf_get_current_comm(r->comm, sizeof(r->comm));
#endif
	if (parent) {
		r->ppid = (__u32)KERNEL_READ_BY(follows, parent, tgid);
		if (r->ppid)
			KERNEL_READ_COMM(follows, r->pcomm, parent);
	}
	if (nsproxy) {
		struct mnt_namespace *mnt = KERNEL_READ_BY(follows, nsproxy, mnt_ns);

		r->mntns = mnt ? KERNEL_READ_BY(follows, mnt, ns.inum) : 0;
		if (pid)
			r->pidns =
				record_pidns(follows, nsproxy, KERNEL_READ_BY(follows, pid, level));
	}
}

/*
 * Adds the name at @name to those of cgroup or inode @number, of @device: 0 where not all of it has
 * room. The longest that there are of containers are 145 characters, in the root or a unit; then
 * 90.
 */
BPF_GLOBAL(record_add_name, number, device, name)
{
	const struct record_names_key key = { .number = number, .device = device };
	struct record_names *to = bpf_map_lookup_elem(&names, &key);
	__u32 at, room = 160;
	long size;

	if (!to)
		return 0;
	at = to->length;
	barrier_var(at);
	if (at <= RECORD_NAMES_TEXT - 160) {
		size = bpf_probe_read_kernel_str(to->text + at, 160, (const void *)name);
	} else if (at <= RECORD_NAMES_TEXT - 96) {
		room = 96;
		size = bpf_probe_read_kernel_str(to->text + at, 96, (const void *)name);
	} else if (at <= RECORD_NAMES_TEXT - 16) {
		room = 16;
		size = bpf_probe_read_kernel_str(to->text + at, 16, (const void *)name);
	} else {
		return 0;
	}
	if (size <= 0)
		return 0;
	to->length = at + size;
	return size < room;
}

static const struct record_names record_nameless;

/* Where the names of @key are to be filled in, or NULL: they are. */
static __always_inline struct record_names *record_place(const struct record_names_key *key)
{
	if (bpf_map_lookup_elem(&names, key) ||
	    bpf_map_update_elem(&names, key, &record_nameless, BPF_NOEXIST))
		return NULL;
	return bpf_map_lookup_elem(&names, key);
}

/* Before Linux 6.1 a cgroup that is nested deeper than this has no name. */
#define RECORD_ANCESTORS_MAX 64

/* The cgroup at @level that @cgroup is, or is in. */
BPF_GLOBAL(record_ancestor, cgroup, level, unused)
{
	BPF_GLOBAL_UNUSED(unused);
	struct cgroup___6_1 *known = (struct cgroup___6_1 *)cgroup;
	struct cgroup *above = NULL;

	if (state.confidential)
		return 0;
	/* One read, where the verifier would walk a loop. */
	if (bpf_core_field_exists(known->ancestors)) {
		if (level >= KERNEL_READ_AT(cgroup, struct cgroup, level))
			return cgroup;
		bpf_core_read(&above, sizeof(above), &known->ancestors[level]);
		return (__u64)above;
	}
	for (int i = 0; i < RECORD_ANCESTORS_MAX; i++) {
		if (!cgroup || KERNEL_READ_AT(cgroup, struct cgroup, level) <= level)
			break;
		cgroup = KERNEL_READ_AT(cgroup, struct cgroup, self.parent);
		cgroup = KERNEL_READ_AT(cgroup, struct cgroup_subsys_state, cgroup);
	}
	return cgroup;
}

/* From the root down: what a container adds below itself comes last, and can push nothing out. */
static __noinline int record_name_cgroup(__u64 task)
{
	__u64 cgroup, above;
	struct record_names_key key = { 0 };
	struct record_names *to;
	__u32 level;

	cgroup = KERNEL_READ_AT(task, struct task_struct, cgroups);
	cgroup = KERNEL_READ_AT(cgroup, struct css_set, dfl_cgrp);
	above = KERNEL_READ_AT(cgroup, struct cgroup, kn);
	key.number = KERNEL_READ_AT(above, struct kernfs_node, id);
	to = record_place(&key);
	if (!to)
		return 0;
	level = KERNEL_READ_AT(cgroup, struct cgroup, level);
	for (__u32 at = 1; at <= RECORD_NAMES_DEPTH && at <= level; at++) {
		above = record_ancestor(cgroup, at, 0);
		above = KERNEL_READ_AT(above, struct cgroup, kn);
		above = KERNEL_READ_AT(above, struct kernfs_node, name);
		if (!record_add_name(key.number, 0, above)) {
			to->rest = NAMES_MORE;
			return 0;
		}
	}
	to->rest = level > RECORD_NAMES_DEPTH ? NAMES_MORE : NAMES_ALL;
	return 0;
}

#ifndef RECORD_OWN
/* Inside its filesystem, from itself up. */
static __noinline int record_name_exe(__u64 task)
{
	__u64 at, dentry, parent;
	struct record_names_key key = { 0 };
	struct record_names *to;

	at = KERNEL_READ_AT(task, struct task_struct, mm);
	at = at ? KERNEL_READ_AT(at, struct mm_struct, exe_file) : 0;
	if (!at)
		return 0;
	dentry = KERNEL_READ_AT(at, struct file, f_path.dentry);
	at = KERNEL_READ_AT(at, struct file, f_inode);
	key.number = KERNEL_READ_AT(at, struct inode, i_ino);
	at = KERNEL_READ_AT(at, struct inode, i_sb);
	key.device = record_device(KERNEL_READ_AT(at, struct super_block, s_dev));
	to = record_place(&key);
	if (!to)
		return 0;
	for (int i = 0; i < RECORD_NAMES_DEPTH; i++) {
		parent = KERNEL_READ_AT(dentry, struct dentry, d_parent);
		if (parent == dentry && i) {
			to->rest = NAMES_ALL;
			return 0;
		}
		at = KERNEL_READ_AT(dentry, struct dentry, d_name.name);
		if (!record_add_name(key.number, key.device, at))
			break;
		/* A memfd. */
		if (parent == dentry) {
			to->rest = NAMES_ONE;
			return 0;
		}
		dentry = parent;
	}
	to->rest = NAMES_MORE;
	return 0;
}
#endif

/* Keeps the names of the calling process's cgroup, which is @number. */
static __always_inline void record_name(__u64 number)
{
	const struct record_names_key key = { .number = number };

	if (!state.confidential && !bpf_map_lookup_elem(&names, &key))
		record_name_cgroup(kernel_number(kernel_current()));
}

#ifndef RECORD_OWN
static __noinline void record_fill(struct record *r)
{
	if (RECORD_FOLLOWS)
		record_fill_by(true, r);
	else
		record_fill_by(false, r);
}

static __noinline void record_fill_whence(struct record *r)
{
	if (RECORD_FOLLOWS)
		record_fill_exe(true, r);
	else
		record_fill_exe(false, r);
}

static __noinline __u32 record_kinds(void)
{
	return RECORD_FOLLOWS ? record_kinds_by_pointers() : record_kinds_by_calls();
}

/* In the time of the last: it is newer than the last time that the record might have gone. */
#define RECORD_AGAIN 1ULL

/* Counts again what is on record; false where @r is NULL: it is not. */
static __always_inline bool record_once_more(struct record *r, __u64 now)
{
	if (!r)
		return false;
	r->last = now | RECORD_AGAIN;
	RECORD_ADD(&r->count);
	return true;
}

static __always_inline bool record_again(void *map, const struct record_key *key, __u64 now)
{
	record_value *value = bpf_map_lookup_elem(map, key);

	return record_once_more((struct record *)value, now);
}

/*
 * The same of @id, whose own @key becomes: the process's first is the one that is looked for most.
 * Where many CPUs add to @others at once there are a few more than RECORD_SUBJECTS_MAX.
 */
static __always_inline bool record_find(void *map, struct record_key *key, __u32 id, __u64 now)
{
#ifdef RECORD_SUBJECT
	record_value *value = bpf_map_lookup_elem(map, key);
	struct record *first = (struct record *)value;

	if (!first || first->id == id)
		return record_once_more(first, now);
	key->id = id;
	if (record_again(map, key, now))
		return true;
	if (first->others < RECORD_SUBJECTS_MAX - 1) {
		first->others++;
		return false;
	}
	key->id = RECORD_OTHERS;
	return record_again(map, key, now);
#else
	return record_again(map, key, now);
#endif
}

/* Calls @call on the map that a verdict is kept in. */
#define RECORD_TABLE(verdict, call, ...)                                                           \
	(verdict_objects(verdict) ? call(&denied, __VA_ARGS__) : call(&allowed, __VA_ARGS__))

/* Of a cgroup2 (kernel/cgroup/cgroup.c: cgroup_setup_root). */
#define RECORD_ROOT_CGROUP 1
/* Of a pod, or a unit of a user's or the system's, what is below it can't be told from it. */
#define RECORD_GROUP_LEVEL 3

/*
 * A number that the container has in common with nothing else: of its cgroup, as far down as who
 * manages containers makes them, or, in the root, of its pid namespace.
 */
static __always_inline __u64 record_container(const struct record *r)
{
	__u64 at;

	if (r->cgroup == RECORD_ROOT_CGROUP)
		return r->pidns;
#ifdef RECORD_CGROUP
	at = KERNEL_READ_AT(kernel_current(), struct task_struct, cgroups);
	at = KERNEL_READ_AT(at, struct css_set, dfl_cgrp);
	return record_ancestor(at, RECORD_GROUP_LEVEL, 0);
#else
	/* Of both Linux 5.15 is the first that has it. */
	at = bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)
		     ? bpf_get_current_ancestor_cgroup_id(RECORD_GROUP_LEVEL)
		     : 0;
	return at ? at : r->cgroup;
#endif
}

/* Whether a process whose first this is is an early one. */
static __always_inline bool record_early(const struct record *r)
{
	__u32 hour = r->first / (3600 * 1000000000ULL),
	      key = record_mix(record_container(r), 0) >> 56;
	struct record_group *group = bpf_map_lookup_elem(&groups, &key);

	if (!group)
		return false;
	if (group->hour != hour) {
		group->hour = hour;
		group->early = 0;
	}
	return group->early++ < RECORD_EARLY_SHARE;
}

_Static_assert(RECORD_EARLY_GROUPS == 1 << (64 - 56), "each group has a number");

/* When @key, which is on record, goes. */
static __always_inline void record_order(const struct record_key *key, const struct record *r)
{
	struct record_key oldest;

	if (!key->id && record_early(r)) {
		if (!bpf_map_push_elem(&early, key, 0))
			return;
		if (!bpf_map_pop_elem(&early, &oldest))
			bpf_map_push_elem(&order, &oldest, 0);
		if (!bpf_map_push_elem(&early, key, 0))
			return;
	}
	bpf_map_push_elem(&order, key, 0);
}

/* So many that were denied again since are let stay, each once. */
#define RECORD_CHANCES 4

/* Makes room for one more. */
static __always_inline void record_make_room(void)
{
	struct record_key key;
	record_value *value;
	struct record *r;

	_Pragma("clang loop unroll(disable)") for (int i = 0; i <= RECORD_CHANCES; i++)
	{
		if (bpf_map_pop_elem(&order, &key))
			return;
		value = bpf_map_lookup_elem(&denied, &key);
		r = (struct record *)value;
		if (!r || !(r->last & RECORD_AGAIN) || i == RECORD_CHANCES)
			break;
		r->last &= ~RECORD_AGAIN;
		bpf_map_push_elem(&order, &key, 0);
	}
	bpf_map_delete_elem(&denied, &key);
}

/*
 * No table whose oldest goes by itself: which goes is for us to say. Another CPU may take the room
 * that was made.
 */
static __noinline int record_deny(const struct record_key *key, const record_value *value)
{
	int err = -E2BIG;

	_Pragma("clang loop unroll(disable)") for (int i = 0; i < 3 && err == -E2BIG; i++)
	{
		if (i)
			record_make_room();
		err = bpf_map_update_elem(&denied, key, value, BPF_NOEXIST);
	}
	if (!err)
		record_order(key, (const struct record *)value);
	return err;
}

/*
 * The first of its kind by the process: whether the names of what it runs are still to be kept.
 */
static __noinline bool record_new(const struct record_key *key, __u64 what, __u64 number, __u64 now,
				  __u32 kinds)
{
	struct record_names_key exe = { 0 };
	record_value value;
	struct record *r = (struct record *)&value;
	int err;

	__builtin_memset(&value, 0, sizeof(value));
#ifdef RECORD_SUBJECT
	if (key->id != RECORD_OTHERS) {
		record_subject(&value.subject,
			       (struct record_source){ .kind = (__u8)what, .number = number });
		/* It may have written before it: the stack has no room for more. */
		__builtin_memset(r, 0, sizeof(*r));
	}
	r->id = RECORD_WHAT_ID(what);
#endif
	r->first = now;
	r->last = now & ~RECORD_AGAIN;
	r->count = 1;
	record_fill(r);
	record_fill_whence(r);
	r->kinds = kinds;
	exe.number = r->exe;
	exe.device = r->exe_device;
	err = verdict_objects(key->verdict)
		      ? record_deny(key, &value)
		      : bpf_map_update_elem(&allowed, key, &value, BPF_NOEXIST);
	/* Lost to another CPU of the same process: it is there now. */
	if (err == -EEXIST && RECORD_TABLE(key->verdict, record_again, key, now))
		return false;
	/* Column 0: records made, whether or not they are kept, so that the dropped are known. */
	record_count(key->operation, 0);
	return r->exe && !bpf_map_lookup_elem(&names, &exe);
}

/* What is not on record becomes so, but of who tests: whether it does. */
static __noinline bool record_first(struct record_key *key, __u64 what, __u64 ids, __u64 number,
				    __u64 now)
{
	__u32 kinds;

	if (record_tested(now) && record_tests(ids))
		return true;
	/* Here, where the stack is not deep yet. */
	kinds = kernel_hidden(record_kinds(), now);
	if (record_new(key, what, number, now, kinds) && !state.confidential)
		record_name_exe(kernel_number(kernel_current()));
	record_name(bpf_get_current_cgroup_id());
	return false;
}

/*
 * @what: the key's, with the source's kind below; @ids: the caller's, pid and tgid; @number: the
 * source's.
 */
BPF_GLOBAL(record, what, ids, number)
{
	BPF_GLOBAL_UNUSED(number);
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 set = record_set(), verdict = (__u32)(what >> 32) & (VERDICTS_MAX - 1);
	struct record_key key = {
		.start = record_start(ids),
		.what = (what & RECORD_WHAT(0xff, VERDICTS_MAX - 1, 0)) | ids >> 32,
	};

	if (!RECORD_TABLE(verdict, record_find, &key, RECORD_WHAT_ID(what), now) &&
	    record_first(&key, what, ids, number, now))
		set = state.sets;
	/*
	 * Counted last: who sees the new count finds the record. The operation and the verdict are
	 * read back from key, so that the verifier doesn't track each value.
	 */
	record_count_in(set, key.operation, key.verdict);
	return 0;
}
#endif

/* With their keys, as records are. */
SEC("iter/bpf_map_elem")
int read_names(struct bpf_iter__bpf_map_elem *ctx)
{
	void *key = ctx->key, *value = ctx->value;

	if (!key || !value)
		return 0;
	bpf_seq_write(ctx->meta->seq, key, sizeof(struct record_names_key));
	bpf_seq_write(ctx->meta->seq, value, sizeof(struct record_names));
	return 0;
}

/* What is frozen, then the counters, operation by operation, in each the row of tests last. */
SEC("iter/bpf_map_elem")
int read_state(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	void *value = ctx->value;

	if (ctx->meta->seq_num == 0)
		bpf_seq_write(seq, (void *)&state, sizeof(state));
	if (value)
		bpf_seq_write(seq, value, sizeof(struct record_counters));
	return 0;
}

SEC("iter/bpf_map_elem")
int read_records(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	void *key = ctx->key, *value = ctx->value;

	if (!key || !value)
		return 0;
	bpf_seq_write(seq, key, sizeof(struct record_key));
	bpf_seq_write(seq, value, state.value_size); /* a constant: it is frozen */
	return 0;
}

#endif
