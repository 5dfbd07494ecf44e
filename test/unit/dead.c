// SPDX-License-Identifier: GPL-2.0-only
/* What is left out of a BPF program, without a kernel. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include <linux/bpf.h>

#include "load/dead.h"

#define MOV(dst, number)                                                                           \
	{                                                                                          \
		BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (dst), .imm = (number)                     \
	}
#define COPY(dst, src)                                                                             \
	{                                                                                          \
		BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (dst), .src_reg = (src)                    \
	}
#define AND32(dst, number)                                                                         \
	{                                                                                          \
		BPF_ALU | BPF_AND | BPF_K, .dst_reg = (dst), .imm = (number)                       \
	}
#define ADD(dst, number)                                                                           \
	{                                                                                          \
		BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (dst), .imm = (number)                     \
	}
#define JUMP(op, dst, number, over)                                                                \
	{                                                                                          \
		BPF_JMP | (op) | BPF_K, .dst_reg = (dst), .imm = (number), .off = (over)           \
	}
#define JUMP32(op, dst, number, over)                                                              \
	{                                                                                          \
		BPF_JMP32 | (op) | BPF_K, .dst_reg = (dst), .imm = (number), .off = (over)         \
	}
#define GOTO(over) JUMP(BPF_JA, 0, 0, over)
#define CALL(over)                                                                                 \
	{                                                                                          \
		BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = (over)                      \
	}
#define HELPER(number)                                                                             \
	{                                                                                          \
		BPF_JMP | BPF_CALL, .imm = (number)                                                \
	}
#define EXIT                                                                                       \
	{                                                                                          \
		BPF_JMP | BPF_EXIT                                                                 \
	}
/* Two of them. */
#define WIDE(dst, number)                                                                          \
	{ BPF_LD | BPF_IMM | BPF_DW, .dst_reg = (dst), .imm = (number) },                          \
	{                                                                                          \
		0                                                                                  \
	}
#define CONSTANT(dst, fd, at)                                                                      \
	{ BPF_LD | BPF_IMM | BPF_DW, .dst_reg = (dst), .src_reg = BPF_PSEUDO_MAP_VALUE,            \
	  .imm = (fd) },                                                                           \
	{                                                                                          \
		.imm = (at)                                                                        \
	}
#define LOAD(size, dst, src, at)                                                                   \
	{                                                                                          \
		BPF_LDX | BPF_MEM | (size), .dst_reg = (dst), .src_reg = (src), .off = (at)        \
	}

#define MOST 16

struct row {
	struct bpf_insn insns[MOST], left[MOST];
};

static __u32 length(const struct bpf_insn insns[MOST])
{
	static const struct bpf_insn none;
	__u32 count = MOST;

	while (count && !memcmp(&insns[count - 1], &none, sizeof(none)))
		count--;
	return count;
}

START_TEST(dead)
{
	static const struct row rows[] = {
		/* Nothing is known: all stays. */
		{ { HELPER(5), JUMP(BPF_JEQ, 0, 0, 1), MOV(0, 1), EXIT },
		  { HELPER(5), JUMP(BPF_JEQ, 0, 0, 1), MOV(0, 1), EXIT } },
		/* A branch that is taken, and one that is not. */
		{ { MOV(1, 1), JUMP(BPF_JEQ, 1, 1, 1), MOV(0, 7), MOV(0, 8), EXIT },
		  { MOV(1, 1), MOV(0, 8), EXIT } },
		{ { MOV(1, 1), JUMP(BPF_JNE, 1, 1, 2), MOV(0, 7), EXIT, MOV(0, 8), EXIT },
		  { MOV(1, 1), MOV(0, 7), EXIT } },
		{ { MOV(1, -1), JUMP(BPF_JGT, 1, 5, 1), MOV(0, 7), EXIT }, { MOV(1, -1), EXIT } },
		{ { MOV(1, -1), JUMP32(BPF_JLT, 1, -1, 1), MOV(0, 7), EXIT },
		  { MOV(1, -1), MOV(0, 7), EXIT } },
		{ { MOV(1, 6), JUMP(BPF_JSET, 1, 1, 1), MOV(0, 7), EXIT },
		  { MOV(1, 6), MOV(0, 7), EXIT } },
		/* With a sign it is not told. */
		{ { MOV(1, 6), JUMP(BPF_JSGT, 1, 1, 1), MOV(0, 7), EXIT },
		  { MOV(1, 6), JUMP(BPF_JSGT, 1, 1, 1), MOV(0, 7), EXIT } },
		/* Of what is computed only what is needed is followed. */
		{ { MOV(2, 3), COPY(1, 2), AND32(1, 1), JUMP(BPF_JEQ, 1, 1, 1), MOV(0, 7), EXIT },
		  { MOV(2, 3), COPY(1, 2), AND32(1, 1), EXIT } },
		{ { MOV(1, 3), ADD(1, 1), JUMP(BPF_JEQ, 1, 4, 1), MOV(0, 7), EXIT },
		  { MOV(1, 3), ADD(1, 1), JUMP(BPF_JEQ, 1, 4, 1), MOV(0, 7), EXIT } },
		/* A call changes what it may. */
		{ { MOV(5, 1), MOV(6, 1), HELPER(5), JUMP(BPF_JEQ, 5, 1, 1), MOV(0, 7),
		    JUMP(BPF_JEQ, 6, 1, 1), MOV(0, 7), EXIT },
		  { MOV(5, 1), MOV(6, 1), HELPER(5), JUMP(BPF_JEQ, 5, 1, 1), MOV(0, 7), EXIT } },
		/* Two ways lead to it, with one number and with two. */
		{ { MOV(1, 1), JUMP(BPF_JEQ, 0, 0, 1), MOV(1, 1), JUMP(BPF_JEQ, 1, 1, 1), MOV(0, 7),
		    EXIT },
		  { MOV(1, 1), JUMP(BPF_JEQ, 0, 0, 1), MOV(1, 1), EXIT } },
		{ { MOV(1, 1), JUMP(BPF_JEQ, 0, 0, 1), MOV(1, 2), JUMP(BPF_JEQ, 1, 1, 1), MOV(0, 7),
		    EXIT },
		  { MOV(1, 1), JUMP(BPF_JEQ, 0, 0, 1), MOV(1, 2), JUMP(BPF_JEQ, 1, 1, 1), MOV(0, 7),
		    EXIT } },
		/* A loop, which changes it, back over what is gone. */
		{ { MOV(6, 0), HELPER(5), JUMP(BPF_JEQ, 0, 5, 4), JUMP(BPF_JEQ, 6, 1, 1), GOTO(1),
		    MOV(0, 7), GOTO(-6), EXIT },
		  { MOV(6, 0), HELPER(5), JUMP(BPF_JEQ, 0, 5, 1), GOTO(-3), EXIT } },
		{ { MOV(1, 0), JUMP(BPF_JEQ, 1, 5, 2), ADD(1, 1), GOTO(-3), EXIT },
		  { MOV(1, 0), JUMP(BPF_JEQ, 1, 5, 2), ADD(1, 1), GOTO(-3), EXIT } },
		/* Constants, in their sizes; not of another map, nor past the end. */
		{ { CONSTANT(1, 5, 4), LOAD(BPF_W, 2, 1, 0), JUMP(BPF_JEQ, 2, 0x07060504, 1),
		    MOV(0, 7), EXIT },
		  { CONSTANT(1, 5, 4), LOAD(BPF_W, 2, 1, 0), EXIT } },
		{ { CONSTANT(1, 5, 4), LOAD(BPF_B, 2, 1, -1), JUMP(BPF_JEQ, 2, 3, 1), MOV(0, 7),
		    EXIT },
		  { CONSTANT(1, 5, 4), LOAD(BPF_B, 2, 1, -1), EXIT } },
		{ { CONSTANT(1, 9, 4), LOAD(BPF_B, 2, 1, 0), JUMP(BPF_JEQ, 2, 4, 1), MOV(0, 7),
		    EXIT },
		  { CONSTANT(1, 9, 4), LOAD(BPF_B, 2, 1, 0), JUMP(BPF_JEQ, 2, 4, 1), MOV(0, 7),
		    EXIT } },
		{ { CONSTANT(1, 5, 0), LOAD(BPF_DW, 2, 1, 1), JUMP(BPF_JEQ, 2, 0, 1), MOV(0, 7),
		    EXIT },
		  { CONSTANT(1, 5, 0), LOAD(BPF_DW, 2, 1, 1), JUMP(BPF_JEQ, 2, 0, 1), MOV(0, 7),
		    EXIT } },
		/* Functions that are called no more, those before them too; one that one of them
		   calls. */
		{ { MOV(6, 0), JUMP(BPF_JEQ, 6, 0, 1), CALL(2), CALL(4), EXIT, CALL(3), MOV(0, 1),
		    EXIT, MOV(0, 2), EXIT },
		  { MOV(6, 0), CALL(1), EXIT, MOV(0, 2), EXIT } },
		/* A function begins where it is called, the first where the program does. */
		{ { GOTO(0), MOV(0, 1), EXIT }, { GOTO(0), MOV(0, 1), EXIT } },
		{ { CALL(1), EXIT, GOTO(0), MOV(0, 1), EXIT },
		  { CALL(1), EXIT, GOTO(0), MOV(0, 1), EXIT } },
		/* A wide number that is gone is gone whole. */
		{ { MOV(1, 1), JUMP(BPF_JEQ, 1, 1, 2), WIDE(0, 7), MOV(0, 8), EXIT },
		  { MOV(1, 1), MOV(0, 8), EXIT } },
		{ { WIDE(1, 7), JUMP(BPF_JEQ, 1, 8, 1), EXIT, WIDE(0, 7), EXIT },
		  { WIDE(1, 7), EXIT } },
	};
	static const char data[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const struct dead_constants constants[] = { { 5, data, sizeof(data) }, { 0 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = rows[i];
		__u32 count = length(row.insns), places[MOST + 1];
		int left = dead_remove(row.insns, count, constants, places);

		ck_assert_msg(left == (int)length(row.left), "row %zu: %d left", i, left);
		ck_assert_msg(!memcmp(row.insns, row.left, (size_t)left * sizeof(*row.left)),
			      "row %zu", i);
		ck_assert_uint_eq(places[count], (__u32)left);
	}
}
END_TEST

/* What is not understood is not changed. */
START_TEST(strange)
{
	static const struct bpf_insn rows[][MOST] = {
		{ { 0 } },
		{ MOV(0, 1) },
		{ GOTO(1), EXIT },
		{ GOTO(-2), EXIT },
		{ CALL(1), EXIT },
		{ JUMP(BPF_JEQ, 0, 0, 0) },
		{ JUMP32(BPF_JA, 0, 1, 0), MOV(0, 1), EXIT },
		{ MOV(11, 1), EXIT },
		{ { BPF_LD | BPF_IMM | BPF_DW } },
	};
	static const struct dead_constants none;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bpf_insn insns[MOST];
		__u32 places[MOST + 1];

		memcpy(insns, rows[i], sizeof(insns));
		ck_assert_int_eq(dead_remove(insns, length(insns), &none, places), -EINVAL);
		ck_assert(!memcmp(insns, rows[i], sizeof(insns)));
	}
}
END_TEST

Suite *dead_suite(void)
{
	Suite *suite = suite_create("dead code");
	TCase *tests = tcase_create("dead");

	tcase_add_test(tests, dead);
	tcase_add_test(tests, strange);
	suite_add_tcase(suite, tests);
	return suite;
}
