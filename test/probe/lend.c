// SPDX-License-Identifier: GPL-2.0-only
/*
 * lend itself|timer|worker|PID FUNCTION: has a BPF program call bpf(2), to load one that can answer
 * for the kernel's FUNCTION, for "write" one that writes the memory of processes, or for "map" to
 * get the first map: by this process, by whom a timer interrupts, which can only be a map or the
 * kernel panics, by a kernel thread, or by process PID when that returns from the kernel. Exits as
 * probes do, with 2 also where the kernel can't do that: a worker came with Linux 6.10, PID with
 * 6.18.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

/* What the BPF program has in a map. */
struct data {
	struct bpf_insn answer[8];
	char license[8];
	union bpf_attr load;
	int result;
};

#define NOT_YET 1000000
#define PSEUDO_KFUNC_CALL 2 /* BPF_PSEUDO_KFUNC_CALL, Linux 5.13 */
#define PSEUDO_FUNC 4	    /* BPF_PSEUDO_FUNC, Linux 5.13 */
#define TIMER_INIT 169	    /* BPF_FUNC_timer_init, Linux 5.15; the next two are behind it */
#define SYS_BPF 166	    /* BPF_FUNC_sys_bpf, Linux 5.14 */
#define SYSCALL_PROGRAM 31  /* BPF_PROG_TYPE_SYSCALL, Linux 5.14 */

static struct bpf_insn insns[64];
static int count, calls_back; /* the instruction that names the function at the end */

static void add(__u8 code, int dst, int src, int off, int imm)
{
	insns[count++] = (struct bpf_insn){ .code = code,
					    .dst_reg = dst & 15,
					    .src_reg = src & 15,
					    .off = (__s16)off,
					    .imm = imm };
}

static void move(int dst, int src)
{
	add(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}
static void set(int dst, int imm)
{
	add(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}
static void plus(int dst, int imm)
{
	add(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm);
}
static void call(int src, int imm)
{
	add(BPF_JMP | BPF_CALL, 0, src, 0, imm);
}
static void leave(void)
{
	add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
static void load(int dst, int src, int imm)
{
	add(BPF_LD | BPF_DW | BPF_IMM, dst, src, 0, imm);
	add(0, 0, 0, 0, 0);
}

static int failed(const char *what)
{
	int err = errno;

	fprintf(stderr, "lend: %s: %s\n", what, strerror(err));
	return err == EPERM ? 1 : 2;
}

static struct btf *kernel;

static void call_kernel(const char *name, const char * or)
{
	int id = btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC);

	if (id < 0 && or)
		id = btf__find_by_name_kind(kernel, or, BTF_KIND_FUNC);
	if (id < 0) {
		fprintf(stderr, "lend: no %s here\n", name);
		exit(2);
	}
	call(PSEUDO_KFUNC_CALL, id);
}

/* The program itself: has the function behind it called, as @how says. */
static void make_main(const char *how, int works)
{
	int out = 0;

	set(BPF_REG_0, 0);
	if (!strcmp(how, "itself")) {
		calls_back = count;
		call(BPF_PSEUDO_CALL, 0);
		leave();
		return;
	}
	add(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0);
	load(BPF_REG_1, BPF_PSEUDO_MAP_FD, works);
	move(BPF_REG_2, BPF_REG_10);
	plus(BPF_REG_2, -4);
	call(0, BPF_FUNC_map_lookup_elem);
	add(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 1, 0);
	leave();
	move(BPF_REG_6, BPF_REG_0);
	if (!strcmp(how, "timer")) {
		move(BPF_REG_1, BPF_REG_6);
		load(BPF_REG_2, BPF_PSEUDO_MAP_FD, works);
		set(BPF_REG_3, CLOCK_MONOTONIC);
		call(0, TIMER_INIT);
		move(BPF_REG_1, BPF_REG_6);
		calls_back = count;
		load(BPF_REG_2, PSEUDO_FUNC, 0);
		call(0, TIMER_INIT + 1);
		move(BPF_REG_1, BPF_REG_6);
		set(BPF_REG_2, 100000000);
		set(BPF_REG_3, 0);
		call(0, TIMER_INIT + 2);
	} else if (!strcmp(how, "worker")) {
		move(BPF_REG_1, BPF_REG_6);
		load(BPF_REG_2, BPF_PSEUDO_MAP_FD, works);
		set(BPF_REG_3, 0);
		call_kernel("bpf_wq_init", NULL);
		move(BPF_REG_1, BPF_REG_6);
		calls_back = count;
		load(BPF_REG_2, PSEUDO_FUNC, 0);
		set(BPF_REG_3, 0);
		set(BPF_REG_4, 0);
		call_kernel("bpf_wq_set_callback", "bpf_wq_set_callback_impl");
		move(BPF_REG_1, BPF_REG_6);
		set(BPF_REG_2, 0);
		call_kernel("bpf_wq_start", NULL);
	} else {
		set(BPF_REG_1, atoi(how));
		call_kernel("bpf_task_from_pid", NULL);
		out = count;
		add(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
		move(BPF_REG_7, BPF_REG_0);
		move(BPF_REG_1, BPF_REG_7);
		move(BPF_REG_2, BPF_REG_6);
		load(BPF_REG_3, BPF_PSEUDO_MAP_FD, works);
		calls_back = count;
		load(BPF_REG_4, PSEUDO_FUNC, 0);
		set(BPF_REG_5, 0);
		call_kernel("bpf_task_work_schedule_signal", "bpf_task_work_schedule_signal_impl");
		move(BPF_REG_1, BPF_REG_7);
		call_kernel("bpf_task_release", NULL);
		insns[out].off = (__s16)(count - out - 1);
	}
	set(BPF_REG_0, 0);
	leave();
}

/* The function: puts the addresses in, calls bpf(2), and keeps what that returned. */
static int make_function(int data, int command)
{
	int start = count;

	insns[calls_back].imm = start - calls_back - 1;
	load(BPF_REG_6, BPF_PSEUDO_MAP_VALUE, data);
	if (command == BPF_PROG_LOAD) {
		move(BPF_REG_1, BPF_REG_6);
		plus(BPF_REG_1, offsetof(struct data, answer));
		add(BPF_STX | BPF_MEM | BPF_DW, BPF_REG_6, BPF_REG_1,
		    offsetof(struct data, load.insns), 0);
		move(BPF_REG_1, BPF_REG_6);
		plus(BPF_REG_1, offsetof(struct data, license));
		add(BPF_STX | BPF_MEM | BPF_DW, BPF_REG_6, BPF_REG_1,
		    offsetof(struct data, load.license), 0);
	}
	set(BPF_REG_1, command);
	move(BPF_REG_2, BPF_REG_6);
	plus(BPF_REG_2, offsetof(struct data, load));
	set(BPF_REG_3, sizeof(union bpf_attr));
	call(0, SYS_BPF);
	add(BPF_STX | BPF_MEM | BPF_W, BPF_REG_6, BPF_REG_0, offsetof(struct data, result), 0);
	set(BPF_REG_0, 0);
	leave();
	return start;
}

/* The program that it loads. */
static void make_loaded(struct data *data, const char *function)
{
	if (!strcmp(function, "write")) {
		add(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0);
		set(BPF_REG_1, 0);
		move(BPF_REG_2, BPF_REG_10);
		plus(BPF_REG_2, -8);
		set(BPF_REG_3, 8);
		call(0, BPF_FUNC_probe_write_user);
		data->load.prog_type = BPF_PROG_TYPE_KPROBE;
	} else {
		data->load.prog_type = BPF_PROG_TYPE_TRACING;
		data->load.expected_attach_type = BPF_MODIFY_RETURN;
		data->load.attach_btf_id =
			(__u32)btf__find_by_name_kind(kernel, function, BTF_KIND_FUNC);
	}
	set(BPF_REG_0, 0);
	leave();
	data->load.insn_cnt = (__u32)count;
	memcpy(data->answer, insns, (size_t)count * sizeof(insns[0]));
	count = 0;
}

int main(int argc, char **argv)
{
	struct data data = {
		.license = "GPL",
		.result = NOT_YET,
	};
	LIBBPF_OPTS(bpf_map_create_opts, map);
	LIBBPF_OPTS(bpf_prog_load_opts, program);
	LIBBPF_OPTS(bpf_test_run_opts, run);
	struct bpf_func_info functions[2] = { 0 };
	struct btf *own = btf__new_empty();
	int number, word, words, opaque, type, types, fd, works = -1, zero = 0;
	const char *kind = "bpf_task_work";
	__u32 size = 16;
	bool map_alone;

	if (argc != 3)
		return 64;
	if (!strcmp(argv[1], "worker"))
		kind = "bpf_wq";
	else if (!strcmp(argv[1], "timer"))
		kind = "bpf_timer";
	else
		size = 8;
	map_alone = !strcmp(argv[2], "map");
	if (!strcmp(argv[1], "timer") && !map_alone)
		return 64;
	kernel = btf__load_vmlinux_btf();
	if (!kernel)
		return failed("BTF");
	if (map_alone)
		data.load.map_id = 1;
	else
		make_loaded(&data, argv[2]);

	number = btf__add_int(own, "int", 4, BTF_INT_SIGNED);
	word = btf__add_int(own, "word", 8, 0);
	words = btf__add_array(own, number, word, 2);
	opaque = btf__add_struct(own, kind, size);
	btf__add_field(own, "__opaque", size == 16 ? words : word, 0, 0);
	type = btf__add_struct(own, "work", size);
	btf__add_field(own, "work", opaque, 0, 0);
	types = btf__add_func_proto(own, number);
	btf__add_func_param(own, "a", word);
	functions[0].type_id = (__u32)btf__add_func(own, "itself", BTF_FUNC_STATIC, types);
	types = btf__add_func_proto(own, number);
	btf__add_func_param(own, "a", word);
	btf__add_func_param(own, "b", word);
	btf__add_func_param(own, "c", word);
	functions[1].type_id = (__u32)btf__add_func(own, "back", BTF_FUNC_STATIC, types);
	if (btf__load_into_kernel(own))
		return failed("loading BTF");

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "data", 4, sizeof(data), 1, NULL);
	if (fd < 0 || bpf_map_update_elem(fd, &zero, &data, 0))
		return failed("making a map");
	if (strcmp(argv[1], "itself")) {
		map.btf_fd = (__u32)btf__fd(own);
		map.btf_key_type_id = (__u32)number;
		map.btf_value_type_id = (__u32)type;
		works = bpf_map_create(BPF_MAP_TYPE_ARRAY, "works", 4, size, 1, &map);
		if (works < 0)
			return failed("making a map for it");
	}
	make_main(argv[1], works);
	functions[1].insn_off =
		(__u32)make_function(fd, map_alone ? BPF_MAP_GET_FD_BY_ID : BPF_PROG_LOAD);
	program.prog_flags = BPF_F_SLEEPABLE;
	program.prog_btf_fd = (__u32)btf__fd(own);
	program.func_info = functions;
	program.func_info_cnt = 2;
	program.func_info_rec_size = sizeof(functions[0]);
	word = bpf_prog_load((enum bpf_prog_type)SYSCALL_PROGRAM, "lend", "GPL", insns,
			     (size_t)count, &program);
	if (word < 0)
		return failed("loading it");
	if (bpf_prog_test_run_opts(word, &run))
		return failed("running it");
	for (int i = 0; i < 50 && data.result == NOT_YET; i++, usleep(100000))
		if (bpf_map_lookup_elem(fd, &zero, &data))
			return failed("reading the map");
	if (data.result >= 0 && data.result != NOT_YET)
		return 0;
	fprintf(stderr, "lend: bpf(2) said %d\n", data.result);
	/* The verifier stops for who is to look at a signal: it was let pass. */
	if (data.result == -EAGAIN || (data.result == -ENOENT && map_alone))
		return 0;
	/* What writes is refused as if there were no such function. */
	return data.result == -EPERM || (data.result == -EINVAL && !strcmp(argv[2], "write")) ? 1
											      : 3;
}
