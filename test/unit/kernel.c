// SPDX-License-Identifier: GPL-2.0-only
/* What comes from the kernel: its enums, cgroups, the state file, whole or not; children. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "kernel/cgroup.h"
#include "kernel/unit.h"
#include "kernel/split.h"
#include "records/records.h"
#include "tool/child.h"
#include "words/kinds.h"
#include "words/operations.h"

static struct operations ops;

static int add(const char *enumerator, int value)
{
	struct btf *btf = btf__new_empty();
	int err;

	ck_assert_int_gt(btf__add_enum(btf, "lockdown_reason", 4), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "LOCKDOWN_NONE", 0), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, enumerator, value), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "LOCKDOWN_INTEGRITY_MAX", 5), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "OTHER", 6), 0);
	memset(&ops, 0, sizeof(ops));
	ops.btf.btf = btf;
	err = operations_add_enum(&ops, BTF_LOCKDOWN_REASON, "LOCKDOWN_");
	btf__free(btf);
	return err;
}

START_TEST(enums)
{
	struct btf *btf = btf__new_empty();
	char *names;

	ops.btf.btf = btf;
	ck_assert_int_eq(operations_add_enum(&ops, BTF_LOCKDOWN_REASON, "LOCKDOWN_"), -ENOENT);
	btf__free(btf);
	ck_assert_int_eq(add("LOCKDOWN_DEV_MEM", 3), 0);
	names = operations_names(&ops, NULL);
	ck_assert_str_eq(names, "dev_mem");
	free(names);
	ck_assert_int_eq(operations_find(&ops, "dev_mem"), 3);
	ck_assert_int_eq(add("LOCKDOWN_LAST", OPERATIONS_MAX - 2), 0);
	ck_assert_int_eq(add("LOCKDOWN_LAST", OPERATIONS_MAX - 1), -E2BIG); /* the program's own */
	ck_assert_int_eq(add("LOCKDOWN_LAST", 1 << 30), -E2BIG);
	ck_assert_int_eq(add("LOCKDOWN_LAST", -1), -E2BIG);
	ck_assert_int_eq(add("LOCKDOWN_A_NAME_THAT_IS_LONGER_THAN_THE_ROOM_FOR_IT_IS", 4), 0);
	ck_assert_uint_eq(strlen(ops.list[4].name), OPERATION_NAME_MAX - 1);
}
END_TEST

/* As the kernel's enum bpf_cmd is: two names for a number, a bound, a flag. */
START_TEST(commands)
{
	struct btf *btf = btf__new_empty();
	char *names;

	ck_assert_int_gt(btf__add_enum(btf, "bpf_cmd", 4), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_FIRST", 0), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_RUN", 1), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_GO", 1), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "__MAX_X", 2), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_FLAG", 1 << 16), 0);
	memset(&ops, 0, sizeof(ops));
	ops.btf.btf = btf;
	ck_assert_int_eq(operations_add_enum(&ops, BTF_BPF_CMD, "X_"), 0);
	btf__free(btf);
	names = operations_names(&ops, NULL);
	ck_assert_str_eq(names, "first,run");
	free(names);
	ck_assert_int_eq(operations_find(&ops, "run"), 1);
	ck_assert_int_eq(operations_find(&ops, "go"), 1);
	ck_assert_int_eq(operations_find(&ops, "flag"), -ENOENT);
	ck_assert_int_eq(operations_find(&ops, ""), -ENOENT);
}
END_TEST

static int find(const char *path)
{
	struct cgroups cgroups;
	const char *bad;
	int err = cgroup_find(&cgroups, (char *const[]){ (char *)path }, 1, &bad);

	if (err)
		ck_assert_str_eq(bad, path);
	free(cgroups.list);
	return err;
}

START_TEST(cgroups)
{
	struct policy none = { 0 }, other = { 0 };
	struct cgroups empty = { 0 }, two = { (__u64[]){ 3, 4 }, 2 };

	ck_assert_int_eq(find("/no/such/place"), -ENOENT);
	ck_assert_int_eq(find(""), -ENOENT);
	ck_assert_int_eq(find("/proc"), -ENOTTY);
	ck_assert_int_eq(find("/proc/self/stat"), -ENOTTY);
	ck_assert_int_eq(find("/"), -ENOTTY);
	cgroup_into_policy(&empty, &none);
	cgroup_into_policy(&two, &other);
	ck_assert_uint_eq(none.cgroups, 0);
	ck_assert_uint_eq(other.cgroups, 2);
	ck_assert_uint_ne(none.cgroups_sum, other.cgroups_sum);
}
END_TEST

START_TEST(units)
{
	char *const names[] = { "z.service", "cpu.service", "_a.scope", "z.service", "a-b.slice" };
	char *many[UNITS_MAX + 1], room[UNITS_MAX + 1][16], longest[UNIT_NAME_MAX + 1];
	struct policy none = { 0 }, other = { 0 };
	struct units empty = { 0 }, found;

	ck_assert_int_eq(unit_find(&found, names, 5), 0);
	ck_assert_uint_eq(found.count, 4);
	ck_assert_str_eq(found.list[0], "__a.scope");
	ck_assert_str_eq(found.list[1], "_cpu.service");
	ck_assert_str_eq(found.list[2], "a-b.slice");
	ck_assert_str_eq(found.list[3], "z.service");
	ck_assert_str_eq(unit_of(found.list[0]), "_a.scope");
	ck_assert_str_eq(unit_of(found.list[3]), "z.service");
	for (size_t i = strlen("z.service"); i < UNIT_NAME_MAX; i++)
		ck_assert_int_eq(found.list[3][i], 0);
	unit_into_policy(&empty, &none);
	unit_into_policy(&found, &other);
	ck_assert_uint_eq(none.units, 0);
	ck_assert_uint_eq(other.units, 4);
	ck_assert_uint_ne(none.units_sum, other.units_sum);
	free(found.list);
	for (size_t i = 0; i <= UNITS_MAX; i++) {
		snprintf(room[i], sizeof(room[i]), "u%zu.service", i);
		many[i] = room[i];
	}
	ck_assert_int_eq(unit_find(&found, many, UNITS_MAX + 1), -E2BIG);
	free(found.list);
	ck_assert_int_eq(unit_find(&found, many, UNITS_MAX), 0);
	free(found.list);
	/* 255 characters are the most that a cgroup's name has, the escape among them. */
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + UNIT_NAME_MAX - 1 - strlen(".scope"), ".scope");
	ck_assert_ptr_null(unit_wrong(longest));
	longest[0] = '_';
	ck_assert_ptr_nonnull(unit_wrong(longest));
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + UNIT_NAME_MAX - strlen(".scope"), ".scope");
	ck_assert_ptr_nonnull(unit_wrong(longest));
}
END_TEST

START_TEST(unit_paths)
{
	static const struct {
		const char *path, *unit;
	} rows[] = {
		{ "/sys/fs/cgroup/system.slice/a.service", "a.service" },
		{ "/sys/fs/cgroup/system.slice/a.service/", "a.service" },
		{ "/sys/fs/cgroup/unified/a.slice/a-b.slice/x.scope", "x.scope" },
		{ "/sys/fs/cgroup/a.slice", "a.slice" },
		{ "/sys/fs/cgroup/system.slice/_cpu.service", "cpu.service" },
		{ "/sys/fs/cgroup/lxc/a.service", NULL },
		{ "/sys/fs/cgroup/x.scope/a.service", NULL },
		{ "/sys/fs/cgroup/.slice/a.service", NULL },
		{ "/sys/fs/cgroup/a.service/sub", NULL },
		{ "/sys/fs/cgroup/lxc", NULL },
		{ "/sys/fs/cgroup/", NULL },
		{ "/sys/fs/cgroup/-.slice", NULL },
		{ "/sys/fs/cgroup/a@.service", NULL },
		{ "/mnt/system.slice/a.service", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *unit = unit_at(rows[i].path);

		if (rows[i].unit)
			ck_assert_pstr_eq(unit, rows[i].unit);
		else
			ck_assert_msg(!unit, "%s: %s", rows[i].path, unit);
		free(unit);
	}
	ck_assert(!cgroup_may_come("/nowhere/a.service"));
	ck_assert(!cgroup_may_come("/"));
	ck_assert(!cgroup_may_come("a.service"));
}
END_TEST

/* A file that says it has @cpus sets of counters, of @size bytes. Some of its rows count. */
static int state_file(__u32 version, __u32 cpus, size_t size, struct records_state *to)
{
	struct frozen state = { .version = version, .sets = cpus };
	int fd = memfd_create("state", 0);
	/* Where they are: in a row that is the set's, or the last operation's. */
	static const struct {
		size_t row, column;
		__u64 count;
	} counts[] = { { 0, 4, 7 }, { 3, 0, 1 }, { 4, 0, 2 }, { 25, 0, 5 }, { 26, 0, 9 } };

	ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
	if (size)
		ck_assert_int_gt(pwrite(fd, &state, size < sizeof(state) ? size : sizeof(state), 0),
				 0);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t at = sizeof(state) + counts[i].row * sizeof(struct record_counters) +
			    counts[i].column * sizeof(__u64);

		if (size >= at + sizeof(__u64))
			ck_assert_int_eq(pwrite(fd, &counts[i].count, sizeof(__u64), (off_t)at), 8);
	}
	return records_read_state(fd, to);
}

START_TEST(states)
{
	const size_t row = VERDICTS_MAX * sizeof(__u64), head = sizeof(struct frozen);
	static struct records_state state;

	/* Of two CPUs three rows each: of nine operations here. */
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 27 * row, &state), 0);
	ck_assert_uint_eq(state.counts[0][4], 7);
	ck_assert_uint_eq(state.counts[1][0], 3);
	ck_assert_uint_eq(state.counts[8][0], 5);
	ck_assert_uint_eq(state.tests[8][0], 9);
	ck_assert_int_eq(state_file(STATE_VERSION + 1, 2, head + 27 * row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 27 * row - 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 27 * row + 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 26 * row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 3 * OPERATIONS_MAX * row, &state), 0);
	ck_assert_int_eq(
		state_file(STATE_VERSION, 2, head + 3 * (OPERATIONS_MAX + 1) * row, &state),
		-EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, ~0U, head + row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 0, head + row, &state), 0);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, head - 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, 4, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, 0, &state), -EPROTO);
	ck_assert_int_eq(records_read_state(-ENOENT, &state), -ENOENT);
	ck_assert_int_eq(records_pinned_state("no-such-program", &state), -ENOENT);
}
END_TEST

static int denied(unsigned int op)
{
	return op == 7 ? -EPERM : 0;
}
static int dies(unsigned int op)
{
	(void)op;
	abort();
}

/* Whether this one has given up to be trusted. */
static int named(unsigned int op)
{
	char name[16] = "";

	(void)op;
	prctl(PR_GET_NAME, name);
	return strcmp(name, POLICY_OUTSIDE) ? 0 : -EPERM;
}

static enum child_result run(int (*try)(unsigned int op), unsigned int op, int *ret)
{
	const struct child child = { .try = try, .op = op };

	return child_run(&child, ret);
}

START_TEST(children)
{
	const struct child outside = { .leaves = 1U << 31,
				       .try = named }; /* there is no such kind */
	int ret;

	ck_assert_int_eq(run(denied, 1, &ret), CHILD_RAN);
	ck_assert_int_eq(ret, 0);
	ck_assert_int_eq(run(denied, 7, &ret), CHILD_RAN);
	ck_assert_int_eq(ret, -EPERM);
	ck_assert_int_eq(run(dies, 7, &ret), CHILD_NOT_STARTED);
	ck_assert_int_eq(child_run(&outside, &ret), CHILD_RAN);
	ck_assert_int_eq(ret, -EPERM);
	ck_assert_int_eq(run(named, 0, &ret), CHILD_RAN);
	ck_assert_int_eq(ret, 0);
}
END_TEST

/* Walks over lists: what there is, and what is only between commas. */
START_TEST(splits)
{
	struct split split = split_list("a,,bc,");

	ck_assert(split_next(&split) && split_is(&split, "a"));
	ck_assert(split_next(&split) && split_is(&split, ""));
	ck_assert(split_next(&split) && split_is(&split, "bc") && !split_is(&split, "b"));
	ck_assert(split_next(&split) && split_is(&split, ""));
	ck_assert(!split_next(&split) && !split_next(&split));
	split = split_list(NULL);
	ck_assert(!split_next(&split));
	split = split_list("");
	ck_assert(!split_next(&split));
	ck_assert(split_has("lockdown,bpf", "bpf"));
	ck_assert(!split_has("lockdown,bpfx,xbpf", "bpf"));
	ck_assert(!split_has("", ""));
}
END_TEST

Suite *kernel_suite(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tests = tcase_create("kernel");

	tcase_add_test(tests, enums);
	tcase_add_test(tests, commands);
	tcase_add_test(tests, cgroups);
	tcase_add_test(tests, units);
	tcase_add_test(tests, unit_paths);
	tcase_add_test(tests, states);
	tcase_add_test(tests, children);
	tcase_add_test(tests, splits);
	suite_add_tcase(suite, tests);
	return suite;
}
