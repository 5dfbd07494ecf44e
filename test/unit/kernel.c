// SPDX-License-Identifier: GPL-2.0-only
/* What comes from the kernel: its enums, cgroups, the state file, whole or not; children. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "cgroup.h"
#include "namespace.h"
#include "operations.h"
#include "records.h"

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
	err = operations_add_enum(&ops, btf, "lockdown_reason", "LOCKDOWN_");
	btf__free(btf);
	return err;
}

START_TEST(enums)
{
	struct btf *btf = btf__new_empty();
	char *names;

	ck_assert_int_eq(operations_add_enum(&ops, btf, "lockdown_reason", "LOCKDOWN_"), -ENOENT);
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

	ck_assert_int_gt(btf__add_enum(btf, "cmd", 4), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_FIRST", 0), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_RUN", 1), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_GO", 1), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "__MAX_X", 2), 0);
	ck_assert_int_eq(btf__add_enum_value(btf, "X_FLAG", 1 << 16), 0);
	memset(&ops, 0, sizeof(ops));
	ck_assert_int_eq(operations_add_enum(&ops, btf, "cmd", "X_"), 0);
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

/* A file that says it has @cpus sets of counters, of @size bytes. */
static int state_file(__u32 version, __u32 cpus, size_t size, struct records_state *to)
{
	struct state state = { .version = version, .sets = cpus };
	int fd = memfd_create("state", 0);
	__u64 count = 7;

	ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
	if (size)
		ck_assert_int_gt(pwrite(fd, &state, size < sizeof(state) ? size : sizeof(state), 0),
				 0);
	if (size > sizeof(state) + 64)
		ck_assert_int_eq(pwrite(fd, &count, sizeof(count), sizeof(state) + 32), 8);
	return records_read_state(fd, to);
}

START_TEST(states)
{
	const size_t row = (size_t)OPERATIONS_MAX * VERDICTS_MAX * sizeof(__u64),
		     head = sizeof(struct state);
	static struct records_state state;

	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 2 * row, &state), 0);
	ck_assert_uint_eq(state.counts[0][4], 7);
	ck_assert_int_eq(state_file(STATE_VERSION + 1, 2, head + 2 * row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 2 * row - 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + 2 * row + 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 2, head + row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, ~0U, head + row, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 0, head, &state), 0);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, head - 1, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, 4, &state), -EPROTO);
	ck_assert_int_eq(state_file(STATE_VERSION, 1, 0, &state), -EPROTO);
	ck_assert_int_eq(records_read_state(-ENOENT, &state), -ENOENT);
	ck_assert_int_eq(records_pinned_state("no-such-program", &state), -ENOENT);
}
END_TEST

static int denied(void)
{
	return -EPERM;
}
static int done(void)
{
	return 0;
}
static int dies(void)
{
	abort();
}

START_TEST(children)
{
	ck_assert_int_eq(namespace_run(NAMESPACE_PID, false, done), 0);
	ck_assert_int_eq(namespace_run(NAMESPACE_PID, false, denied), -EPERM);
	ck_assert_int_eq(namespace_run(NAMESPACE_PID, false, dies), -ECHILD);
	ck_assert_int_eq(namespace_run(0, true, done), -ECHILD);
}
END_TEST

Suite *kernel_suite(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tests = tcase_create("kernel");

	tcase_add_test(tests, enums);
	tcase_add_test(tests, commands);
	tcase_add_test(tests, cgroups);
	tcase_add_test(tests, states);
	tcase_add_test(tests, children);
	suite_add_tcase(suite, tests);
	return suite;
}
