/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was decided, counted and recorded after the verdict: a failure here
 * changes no verdict, and nothing here is read to decide. Read back by the
 * pinned iterators at the end, as files, without bpf(2).
 */
#ifndef BPFLOCK_RECORD_BPF_H
#define BPFLOCK_RECORD_BPF_H

#include "decision.h"
#include "kernel.bpf.h"
#include "record.h"

/* In .rodata, which libbpf freezes before the programs are loaded. */
const volatile struct state state;

/* What something was done to, as a function of its own can be given it. */
struct record_source {
	__u16 kind; /* the program's own; 0: nothing */
	__u64 number;
};

/*
 * A program that records it defines RECORD_SUBJECT and this, which is called for what is not yet
 * on record. Behind the subject are RECORD_ROOM bytes more, zeros too.
 */
#ifndef RECORD_ROOM
#define RECORD_ROOM 0
#endif
#ifdef RECORD_SUBJECT
static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source);
#endif

/*
 * Objections have a table of their own: no number of permissions pushes one out. A program keeps
 * no more than 1 MiB of kernel memory.
 */
#ifdef RECORD_SUBJECT
#define RECORDS_DENIED 2048
typedef struct record_named record_value;
#else
#define RECORDS_DENIED 4096
typedef struct record record_value;
#endif
#define RECORDS_ALLOWED 896

/*
 * A set of counters a CPU, made larger by the loader. No per-CPU map: each of its elements is an
 * allocation of its own, and so many of them slow down every fork (mm/percpu.c: pcpu_alloc).
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OPERATIONS_MAX);
	__type(key, __u32);
	__type(value, struct record_counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RECORDS_DENIED);
	__type(key, struct record_key);
	__type(value, record_value);
} denied SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RECORDS_ALLOWED);
	__type(key, struct record_key);
	__type(value, record_value);
} allowed SEC(".maps");

/* Relaxed: of any other order newer clangs make a fetch, which came with Linux 5.12. */
#define RECORD_ADD(count) __atomic_fetch_add(count, 1, __ATOMIC_RELAXED)

static __always_inline void record_count(__u32 op, __u32 verdict)
{
	__u32 key = (bpf_get_smp_processor_id() & (state.sets - 1)) * OPERATIONS_MAX + op;
	struct record_counters *row;

	/* Past the table it has no row, and must not wrap around to another's. */
	if (op >= OPERATIONS_MAX || verdict >= VERDICTS_MAX)
		return;
	row = bpf_map_lookup_elem(&counters, &key);
	if (row)
		RECORD_ADD(&row->verdicts[verdict]);
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

static __always_inline void record_fill_by(bool follows, struct record *r)
{
	struct task_struct *task = kernel_current();
	struct task_struct *parent = KERNEL_READ_BY(follows, task, real_parent);
	struct nsproxy *nsproxy = KERNEL_READ_BY(follows, task, nsproxy);
	struct pid *pid = KERNEL_READ_BY(follows, task, thread_pid);
	__u64 ids = bpf_get_current_uid_gid();

	r->pid = (__u32)bpf_get_current_pid_tgid();
	r->uid = (__u32)ids;
	r->gid = ids >> 32;
	r->cgroup = bpf_get_current_cgroup_id();
	bpf_get_current_comm(r->comm, sizeof(r->comm));
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

static __noinline void record_fill(struct record *r)
{
	if (RECORD_FOLLOWS)
		record_fill_by(true, r);
	else
		record_fill_by(false, r);
}

/* Counts again what is on record; false where it is not. */
static __always_inline bool record_again(void *map, const struct record_key *key, __u64 now)
{
	record_value *value = bpf_map_lookup_elem(map, key);
	struct record *r = (struct record *)value;

	if (!r)
		return false;
	r->last = now;
	RECORD_ADD(&r->count);
	return true;
}

/* The table that @key goes to, in the words of a call on it. */
#define RECORD_TABLE(verdict, call, ...)                                                           \
	(verdict_objects(verdict) ? call(&denied, __VA_ARGS__) : call(&allowed, __VA_ARGS__))

/* The first of its kind by the process. */
static __noinline void record_new(const struct record_key *key, __u64 what, __u64 number, __u64 now)
{
	struct {
		record_value value;
		char room[RECORD_ROOM];
	} new;
	struct record *r = (struct record *)&new.value;

	__builtin_memset(&new, 0, sizeof(new));
	r->first = r->last = now;
	r->count = 1;
	record_fill(r);
#ifdef RECORD_SUBJECT
	record_subject(&new.value.subject, (struct record_source){ what >> 16, number });
#endif
	/* Lost to another CPU of the same process: it is there now. */
	if (RECORD_TABLE(key->verdict, bpf_map_update_elem, key, &new.value, BPF_NOEXIST) ==
		    -EEXIST &&
	    RECORD_TABLE(key->verdict, record_again, key, now))
		return;
	/* Column 0: records made, whether or not they are kept, so that the dropped are known. */
	record_count(key->operation, 0);
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

/* What record() is given: the operation, the kind of the source and the verdict. */
#define RECORD_WHAT(op, kind, verdict) ((__u64)(op) << 32 | (__u32)(kind) << 16 | (verdict))

/* @ids: the caller's, pid and tgid; @number: the source's. */
GLOBAL_FUNCTION(record, what, ids, number)
{
	GLOBAL_UNUSED(number);
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 op = what >> 32, verdict = (__u16)what;
	struct record_key key = {
		.start = record_start(ids),
		.tgid = ids >> 32,
		.operation = op < OPERATIONS_MAX ? op : OPERATIONS_MAX,
		.verdict = verdict,
	};

	if (!RECORD_TABLE(verdict, record_again, &key, now))
		record_new(&key, what, number, now);
	/* Last: who sees a new count finds the record. From memory, for the verifier's sake. */
	record_count(key.operation, key.verdict);
	return 0;
}

/* What is frozen, then the sets of counters, one after the other. */
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
	bpf_seq_write(seq, value, sizeof(record_value));
	return 0;
}

#endif
