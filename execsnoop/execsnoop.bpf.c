// SPDX-License-Identifier: GPL-2.0-only
/*
 * execsnoop: what was executed, beside what was denied.
 *
 * Threat: none that it stops; whoever reads a denial wants to know what led to it.
 *
 * Hook: the tracepoint sched_process_exec, which is where an exec of any kind has succeeded: of
 * execve, execveat, a 32-bit one, a script, and what the kernel starts by itself (fs/exec.c:
 * exec_binprm). What failed does not get there. It is attached without a trampoline, so it needs
 * neither LSM nor ftrace.
 *
 * Invariants: nothing is denied, whatever fails here. A record is of one exec and never changes.
 * The newest RECORD_EXECUTED_MAX are kept, whoever reads; what is lost is known from the counters.
 */
#include "execsnoop.h"

#define RECORD_OWN
#include "bpf/record.bpf.h"
#include "bpf/trust.bpf.h"

/* The loader makes the values smaller where no arguments are asked for. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RECORD_EXECUTED_MAX);
	__uint(key_size, sizeof(struct record_key));
	__uint(value_size, sizeof(struct record_executed));
} allowed SEC(".maps");

/* Always empty: all programs of the suite have the two tables. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(struct record_key));
	__uint(value_size, sizeof(struct record_executed));
} denied SEC(".maps");

/*
 * A record on its way: it is larger than the stack. A CPU's is for one exec at a time: up to Linux
 * 6.0 nothing preempts a tracepoint, from 6.1 on the kernel skips a program that is in the middle
 * on that CPU and counts it, which --status shows (kernel/trace/bpf_trace.c: __bpf_trace_run).
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record_executed);
} making SEC(".maps");

/* From the new program's own memory where no kernel memory may be read by calls. */
static __always_inline void fill_names(struct record_executed *r, struct linux_binprm *bprm)
{
	const char *filename = bprm->filename, *interpreter = bprm->interp;

	r->filename[0] = '\0';
	r->interpreter[0] = '\0';
	if (state.confidential) {
		bpf_probe_read_user_str(r->filename, sizeof(r->filename), (void *)bprm->exec);
		return;
	}
	bpf_probe_read_kernel_str(r->filename, sizeof(r->filename), filename);
	if (interpreter != filename)
		bpf_probe_read_kernel_str(r->interpreter, sizeof(r->interpreter), interpreter);
}

static __always_inline void fill_arguments(struct record_executed *r, struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	__u64 start = mm->arg_start, size = mm->arg_end - start;

	r->size = size > 0xffffffff ? 0xffffffff : size;
	if (size > sizeof(r->arguments))
		size = sizeof(r->arguments);
	barrier_var(size);
	if (size <= sizeof(r->arguments) && bpf_probe_read_user(r->arguments, size, (void *)start))
		r->size = 0;
}

static __always_inline void fill_who(struct record_executed *r)
{
	r->record.ppid = 0;
	r->record.pidns = 0;
	r->record.mntns = 0;
	r->record.pcomm[0] = '\0';
	r->record.exe = r->record.exe_device = 0; /* it is what is executed */
	r->record.kinds =
		KERNEL_FOLLOWS_TASK ? record_kinds_by_pointers() : record_kinds_by_calls();
	if (KERNEL_FOLLOWS_TASK)
		record_fill_by(true, &r->record);
	else
		record_fill_by(false, &r->record);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sched_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	__u64 ids = bpf_get_current_pid_tgid(), now;
	struct record_executed *r;
	struct inode *inode;
	__u32 zero = 0;

	if (state.policy.records & RECORDS_UNTRUSTED && trust_current(0, 0, 0))
		return 0;
	now = bpf_ktime_get_boot_ns();
	if (record_tested(now) && record_tests(ids)) {
		record_count_in(state.sets, EXECSNOOP_EXEC, VERDICT_ALLOW_PRIVILEGED);
		return 0;
	}
	r = bpf_map_lookup_elem(&making, &zero);
	if (!r)
		return 0;

	struct record_key key = {
		.start = now,
		.tgid = ids >> 32,
		.operation = EXECSNOOP_EXEC,
		.verdict = VERDICT_ALLOW_PRIVILEGED,
	};

	r->record.first = r->record.last = r->again = r->last = now;
	r->record.count = 1;
	fill_who(r);
	r->start = task->start_boottime;
	inode = bprm->file->f_inode;
	r->inode = inode->i_ino;
	r->device = record_device(inode->i_sb->s_dev);
	fill_names(r, bprm);
	r->size = 0;
	if (state.policy.records & RECORDS_ARGUMENTS)
		fill_arguments(r, task);
	bpf_map_update_elem(&allowed, &key, r, BPF_ANY);
	record_name(r->record.cgroup);
	/* After it: who sees the new count finds the record. */
	record_count(EXECSNOOP_EXEC, 0);
	record_count(EXECSNOOP_EXEC, VERDICT_ALLOW_PRIVILEGED);
	return 0;
}

char _license[] SEC("license") = "GPL";
