// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "load/dead.h"
#include "load/frozen.h"

#define REGISTERS (BPF_REG_10 + 1)

/* What a register holds before an instruction, whichever way leads there. */
struct value {
	enum { ANYTHING, NUMBER, CONSTANT } kind;
	__u64 number; /* or where the constant is */
	const struct dead_constants *of;
};

struct point {
	bool reached;
	bool entry;   /* of a function */
	bool changed; /* since what comes of it was found out */
	struct value values[REGISTERS];
};

struct walk {
	struct bpf_insn *insns;
	__u32 count;
	const struct dead_constants *constants;
	struct point *points; /* before each instruction */
	bool more;	      /* one of them changed */
};

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

static bool is_exit(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT);
}

/* A goto, or a branch. */
static bool is_jump(const struct bpf_insn *insn)
{
	return (BPF_CLASS(insn->code) == BPF_JMP || BPF_CLASS(insn->code) == BPF_JMP32) &&
	       !is_call(insn) && !is_exit(insn);
}

/* Names a function of the program, from the instruction after it on. */
static bool names_function(const struct bpf_insn *insn)
{
	return (is_call(insn) && insn->src_reg == BPF_PSEUDO_CALL) ||
	       (is_wide(insn) && insn->src_reg == BPF_PSEUDO_FUNC);
}

static __u32 target(__u32 at, __s32 offset)
{
	return at + 1 + (__u32)offset;
}

/* Whether a jump is taken: 1 or 0, or -1, either. */
static int outcome(const struct bpf_insn *insn, const struct value *values)
{
	const struct value *value = &values[insn->dst_reg];
	__u64 left = value->number, right = (__u64)(__s64)insn->imm;

	if (BPF_OP(insn->code) == BPF_JA)
		return 1;
	if (value->kind != NUMBER || BPF_SRC(insn->code) != BPF_K)
		return -1;
	if (BPF_CLASS(insn->code) == BPF_JMP32) {
		left = (__u32)left;
		right = (__u32)right;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return left == right;
	case BPF_JNE:
		return left != right;
	case BPF_JGT:
		return left > right;
	case BPF_JGE:
		return left >= right;
	case BPF_JLT:
		return left < right;
	case BPF_JLE:
		return left <= right;
	case BPF_JSET:
		return !!(left & right);
	default:
		return -1;
	}
}

static struct value computed(const struct bpf_insn *insn, const struct value *values)
{
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64, plain = !insn->off;
	struct value value = { NUMBER, (__u64)(__s64)insn->imm };

	if (BPF_OP(insn->code) == BPF_MOV && BPF_SRC(insn->code) == BPF_X)
		value = values[insn->src_reg];
	else if (BPF_OP(insn->code) == BPF_AND && BPF_SRC(insn->code) == BPF_K &&
		 values[insn->dst_reg].kind == NUMBER)
		value.number &= values[insn->dst_reg].number;
	else if (BPF_OP(insn->code) != BPF_MOV)
		plain = false;
	/* Not plain: it has a sign. */
	if (!plain || (!wide && value.kind != NUMBER))
		return (struct value){ ANYTHING };
	if (!wide)
		value.number = (__u32)value.number;
	return value;
}

/* Where a constant is, or a number, or what is neither. */
static struct value immediate(const struct walk *walk, const struct bpf_insn *insn)
{
	if (!insn->src_reg)
		return (struct value){ NUMBER, (__u64)(__u32)insn[1].imm << 32 | (__u32)insn->imm };
	for (const struct dead_constants *of = walk->constants; of->data; of++)
		if (insn->src_reg == BPF_PSEUDO_MAP_VALUE && of->fd == insn->imm)
			return (struct value){ CONSTANT, (__u32)insn[1].imm, of };
	return (struct value){ ANYTHING };
}

static struct value loaded(const struct bpf_insn *insn, const struct value *from)
{
	static const struct {
		__u8 code;
		size_t size;
	} loads[] = {
		{ BPF_LDX | BPF_MEM | BPF_B, 1 },
		{ BPF_LDX | BPF_MEM | BPF_H, 2 },
		{ BPF_LDX | BPF_MEM | BPF_W, 4 },
		{ BPF_LDX | BPF_MEM | BPF_DW, 8 },
	};
	__u64 at = from->number + (__u64)(__s64)insn->off;

	for (size_t i = 0; from->kind == CONSTANT && i < sizeof(loads) / sizeof(loads[0]); i++) {
		union {
			__u8 b;
			__u16 h;
			__u32 w;
			__u64 dw;
		} read = { 0 };

		if (insn->code != loads[i].code || at > from->of->size ||
		    loads[i].size > from->of->size - at)
			continue;
		memcpy(&read, from->of->data + at, loads[i].size);
		return (struct value){ NUMBER, loads[i].size == 1   ? read.b
					       : loads[i].size == 2 ? read.h
					       : loads[i].size == 4 ? read.w
								    : read.dw };
	}
	return (struct value){ ANYTHING };
}

/* What the registers hold after @insn. */
static void run(const struct walk *walk, const struct bpf_insn *insn, struct value *values)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		values[insn->dst_reg] = computed(insn, values);
		break;
	case BPF_LDX:
		values[insn->dst_reg] = loaded(insn, &values[insn->src_reg]);
		break;
	case BPF_LD:
		if (is_wide(insn)) {
			values[insn->dst_reg] = immediate(walk, insn);
			break;
		}
		memset(values, 0, (BPF_REG_5 + 1) * sizeof(*values)); /* a call, in all but name */
		break;
	case BPF_STX:
		if (BPF_MODE(insn->code) != BPF_ATOMIC)
			break;
		/* Each of these is where one of them puts what it read. */
		values[BPF_REG_0] = values[insn->src_reg] = values[insn->dst_reg] =
			(struct value){ ANYTHING };
		break;
	case BPF_JMP:
		if (is_call(insn))
			memset(values, 0, (BPF_REG_5 + 1) * sizeof(*values));
		break;
	default:
		break;
	}
}

static bool same(const struct value *a, const struct value *b)
{
	return a->kind == b->kind && a->number == b->number && a->of == b->of;
}

/* @at is reached with @values. */
static void reach(struct walk *walk, __u32 at, const struct value *values)
{
	struct point *point = &walk->points[at];

	for (int i = 0; i < REGISTERS; i++) {
		struct value *value = &point->values[i];

		if (!point->reached)
			*value = values[i];
		else if (same(value, &values[i]) || value->kind == ANYTHING)
			continue;
		else
			*value = (struct value){ ANYTHING };
		walk->more = point->changed = true;
	}
	point->reached = true;
}

static void step(struct walk *walk, __u32 at)
{
	static const struct value unknown[REGISTERS];
	const struct bpf_insn *insn = &walk->insns[at];
	struct value values[REGISTERS];
	int taken = 0;

	walk->points[at].changed = false;
	memcpy(values, walk->points[at].values, sizeof(values));
	run(walk, insn, values);
	if (is_wide(insn))
		walk->points[at + 1].reached = true;
	if (names_function(insn)) {
		walk->points[target(at, insn->imm)].entry = true;
		reach(walk, target(at, insn->imm), unknown);
	}
	if (is_jump(insn)) {
		taken = outcome(insn, values);
		if (taken)
			reach(walk, target(at, insn->off), values);
	}
	if (!is_exit(insn) && taken != 1)
		reach(walk, at + 1 + is_wide(insn), values);
}

/*
 * Whether the one at @at is a goto to what follows it, or comes to be one: the kernel would take it
 * out, and copies the program for each (kernel/bpf/verifier.c: opt_remove_nops).
 */
static bool leads_on(const struct walk *walk, __u32 at, const __u32 *places)
{
	const struct bpf_insn *insn = &walk->insns[at];
	const struct point *point = &walk->points[at];
	int taken;

	if (!point->reached || point->entry || !is_jump(insn))
		return false;
	taken = outcome(insn, point->values);
	return taken >= 0 && places[target(at, taken ? insn->off : 0)] == places[at] + 1;
}

/* Gives each that is left its place, and returns how many these are. */
static __u32 place(struct walk *walk, __u32 *places)
{
	__u32 kept;

	do {
		walk->more = false;
		kept = 0;
		for (__u32 at = 0; at < walk->count; at++) {
			places[at] = kept;
			kept += walk->points[at].reached;
		}
		places[walk->count] = kept;
		for (__u32 at = 0; at < walk->count; at++) {
			if (!leads_on(walk, at, places))
				continue;
			walk->points[at].reached = false;
			walk->more = true;
		}
	} while (walk->more);
	return kept;
}

/*
 * The one at @at, which goes to its place, as it is to be there: what is known to be taken or not
 * is a goto.
 */
static struct bpf_insn moved(const struct walk *walk, __u32 at, const __u32 *places)
{
	struct bpf_insn insn = walk->insns[at];
	int taken;

	if (names_function(&insn))
		insn.imm = (__s32)(places[target(at, insn.imm)] - places[at] - 1);
	if (!is_jump(&insn))
		return insn;
	taken = outcome(&insn, walk->points[at].values);
	if (taken >= 0)
		insn = (struct bpf_insn){ BPF_JMP | BPF_JA, .off = taken ? insn.off : 0 };
	insn.off = (__s16)(places[target(at, insn.off)] - places[at] - 1);
	return insn;
}

/* Whether all is what step() knows: there is no other form of goto, and nothing leads out. */
static bool is_understood(const struct bpf_insn *insns, __u32 count)
{
	for (__u32 at = 0; at < count; at += 1 + is_wide(&insns[at])) {
		const struct bpf_insn *insn = &insns[at];

		if (insn->dst_reg >= REGISTERS || insn->src_reg >= REGISTERS ||
		    insn->code == (BPF_JMP32 | BPF_JA) ||
		    (is_jump(insn) && target(at, insn->off) >= count) ||
		    (names_function(insn) && target(at, insn->imm) >= count) ||
		    (!is_exit(insn) && at + 1 + is_wide(insn) >= count &&
		     insn->code != (BPF_JMP | BPF_JA)))
			return false;
	}
	return true;
}

int dead_remove(struct bpf_insn *insns, __u32 count, const struct dead_constants *constants,
		__u32 *places)
{
	static const struct value unknown[REGISTERS];
	struct walk walk = { insns, count, constants };
	__u32 kept;

	if (!count || !is_understood(insns, count))
		return -EINVAL;
	walk.points = calloc(count, sizeof(*walk.points));
	if (!walk.points)
		return -ENOMEM;
	walk.points[0].entry = true;
	reach(&walk, 0, unknown);
	while (walk.more) {
		walk.more = false;
		for (__u32 at = 0; at < count; at++)
			if (walk.points[at].changed)
				step(&walk, at);
	}
	kept = place(&walk, places);
	/* Nothing goes further down than it was. */
	for (__u32 at = 0; at < count; at++)
		if (walk.points[at].reached)
			insns[places[at]] = moved(&walk, at, places);
	free(walk.points);
	return (int)kept;
}

/* @count of @size bytes each at @info, which begin with the number of an instruction: how many are
 * left. */
static __u32 follow(void *info, __u32 count, __u32 size, const __u32 *places)
{
	char *list = info;
	__u32 kept = 0;

	for (__u32 i = 0; i < count; i++) {
		__u32 *at = (__u32 *)(list + i * size), place = places[*at];

		/* Gone: the next is where it would be. */
		if (places[*at + 1] == place)
			continue;
		*at = place;
		memmove(list + kept++ * size, at, size);
	}
	return kept;
}

int dead_leave_out(struct bpf_program *prog, struct bpf_prog_load_opts *opts,
		   const struct frozen_copies *constants)
{
	struct dead_constants list[FROZEN_MAPS_MAX + 1] = { 0 };
	__u32 count = (__u32)bpf_program__insn_cnt(prog);
	struct bpf_insn *insns = calloc(count, sizeof(*insns));
	__u32 *places = calloc(count + 1, sizeof(*places));
	int kept = -ENOMEM;

	for (int i = 0; i < FROZEN_MAPS_MAX && constants->list[i].map; i++) {
		const struct frozen_copy *copy = &constants->list[i];

		list[i] =
			(struct dead_constants){ bpf_map__fd(copy->map), copy->filled, copy->size };
	}
	if (insns && places) {
		memcpy(insns, bpf_program__insns(prog), count * sizeof(*insns));
		kept = dead_remove(insns, count, list, places);
	}
	if (kept > 0) {
		opts->func_info_cnt = follow((void *)opts->func_info, opts->func_info_cnt,
					     opts->func_info_rec_size, places);
		opts->line_info_cnt = follow((void *)opts->line_info, opts->line_info_cnt,
					     opts->line_info_rec_size, places);
		kept = bpf_program__set_insns(prog, insns, (size_t)kept);
	}
	free(insns);
	free(places);
	return kept;
}
