// SPDX-License-Identifier: GPL-2.0-only
/* The few types that are read of a kernel's, and what is refused of it. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "kernel/btf.h"

static char path[32];
static int fd;

static void setup(void)
{
	fd = memfd_create("types", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
}

static void teardown(void)
{
	close(fd);
}

static int add(int id)
{
	ck_assert_int_gt(id, 0);
	return id;
}

/* As pahole writes it: typedefs, qualifiers, anonymous members, what comes after who has it. */
static struct btf *kernel(void)
{
	struct btf *btf = btf__new_empty();
	int integer = add(btf__add_int(btf, "int", 4, BTF_INT_SIGNED)), pointer;

	pointer = add(btf__add_ptr(btf, 6));
	ck_assert_int_eq(add(btf__add_struct(btf, "task_struct", 32)), 3);
	ck_assert_int_eq(btf__add_field(btf, "", 5, 0, 0), 0);
	ck_assert_int_eq(btf__add_field(btf, "self", pointer, 64, 0), 0);
	ck_assert_int_eq(btf__add_field(btf, "names", 7, 128, 0), 0);
	ck_assert_int_eq(btf__add_field(btf, "bits", integer, 224, 3), 0);
	ck_assert_int_eq(add(btf__add_typedef(btf, "number", integer)), 4);
	ck_assert_int_eq(add(btf__add_union(btf, "", 4)), 5);
	ck_assert_int_eq(btf__add_field(btf, "inner", 4, 0, 0), 0);
	ck_assert_int_eq(add(btf__add_struct(btf, "far", 400)), 6);
	ck_assert_int_eq(btf__add_field(btf, "one", integer, 0, 0), 0);
	ck_assert_int_eq(add(btf__add_array(btf, integer, 8, 3)), 7);
	ck_assert_int_eq(add(btf__add_const(btf, 4)), 8);
	ck_assert_int_eq(add(btf__add_func_proto(btf, 0)), 9);
	ck_assert_int_eq(add(btf__add_func(btf, "security_bpf", BTF_FUNC_STATIC, 9)), 10);
	add(btf__add_func(btf, "schedule", BTF_FUNC_STATIC, 9));
	add(btf__add_enum(btf, "lockdown_reason", 4));
	ck_assert_int_eq(btf__add_enum_value(btf, "LOW", -1), 0);
	add(btf__add_enum64(btf, "task_flags", 8, false));
	ck_assert_int_eq(btf__add_enum64_value(btf, "HIGH", 1ULL << 63), 0);
	add(btf__add_enum(btf, "other", 4));
	return btf;
}

static struct btf *wants(void)
{
	struct btf *btf = btf__new_empty();

	add(btf__add_struct(btf, "task_struct___old", 8));
	add(btf__add_enum64(btf, "task_flags", 8, false));
	add(btf__add_struct(btf, "absent", 8));
	return btf;
}

/* Reads the @size bytes of @data as if they were the kernel's. */
static int read_data(struct kernel_btf *types, const void *data, size_t size)
{
	struct btf *local = wants();
	int err;

	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert_int_eq(pwrite(fd, data, size, 0), (ssize_t)size);
	err = btf_read(types, path, local);
	btf__free(local);
	return err;
}

static const struct btf_type *found(const struct kernel_btf *types, const char *name, __u32 kind)
{
	int id = btf__find_by_name_kind(types->btf, name, kind);

	ck_assert_int_gt(id, 0);
	return btf__type_by_id(types->btf, (__u32)id);
}

static const char *name_of(const struct kernel_btf *types, __u32 offset)
{
	return btf__name_by_offset(types->btf, offset);
}

START_TEST(few)
{
	struct btf *btf = kernel();
	const struct btf_type *task, *part;
	struct kernel_btf types;
	__u32 size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(read_data(&types, data, size), 0);
	task = found(&types, "task_struct", BTF_KIND_STRUCT);
	ck_assert_uint_eq(task->size, 32);
	ck_assert_uint_eq(btf_vlen(task), 4);
	part = btf__type_by_id(types.btf, btf_members(task)[0].type);
	ck_assert(btf_is_union(part));
	ck_assert_str_eq(name_of(&types, btf_members(part)->name_off), "inner");
	ck_assert(btf_is_int(btf__type_by_id(types.btf, btf_members(part)->type)));
	ck_assert_str_eq(name_of(&types, btf_members(task)[1].name_off), "self");
	ck_assert_uint_eq(btf_member_bit_offset(task, 1), 64);
	ck_assert(btf_is_ptr(btf__type_by_id(types.btf, btf_members(task)[1].type)));
	ck_assert_int_eq(btf__resolve_size(types.btf, btf_members(task)[2].type), 12);
	ck_assert_uint_eq(btf_member_bit_offset(task, 3), 224);
	ck_assert_uint_eq(btf_member_bitfield_size(task, 3), 3);
	ck_assert_int_eq(btf_enum(found(&types, "lockdown_reason", BTF_KIND_ENUM))->val, -1);
	part = found(&types, "task_flags", BTF_KIND_ENUM64);
	ck_assert(btf_enum64_value(btf_enum64(part)) == 1ULL << 63);
	ck_assert_uint_eq(btf_function(&types, "security_bpf"), 10);
	ck_assert_uint_eq(btf_function(&types, "schedule"), 0);
	ck_assert_int_lt(btf__find_by_name_kind(types.btf, "far", BTF_KIND_STRUCT), 0);
	ck_assert_int_lt(btf__find_by_name_kind(types.btf, "other", BTF_KIND_ENUM), 0);
	btf_free(&types);
	btf__free(btf);
}
END_TEST

/* Cut off anywhere, with anything in the place of any word: refused, or read within its bounds. */
START_TEST(broken)
{
	static const __u32 words[] = { 0, 1, 0x7fffffff, 0xffffffff, 0x04000003, 0x0f0000ff };
	struct btf *btf = kernel();
	struct kernel_btf types;
	__u32 size;
	char *data;

	data = (char *)btf__raw_data(btf, &size);
	for (__u32 cut = 0; cut < size; cut++)
		ck_assert_int_eq(read_data(&types, data, cut), -EPROTO);
	for (__u32 at = 0; at + 4 <= size; at += 4)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			__u32 saved;
			int err;

			memcpy(&saved, data + at, 4);
			memcpy(data + at, &words[i], 4);
			err = read_data(&types, data, size);
			ck_assert(!err || err == -EPROTO || err == -EINVAL);
			if (!err)
				btf_free(&types);
			memcpy(data + at, &saved, 4);
		}
	btf__free(btf);
	ck_assert_int_eq(btf_read(&types, "/nowhere", NULL), -ENOENT);
}
END_TEST

/* Such as no compiler makes: a structure that is its own member. */
START_TEST(endless)
{
	struct btf *btf = btf__new_empty();
	struct kernel_btf types;
	__u32 size;
	const void *data;

	add(btf__add_struct(btf, "task_struct", 8));
	ck_assert_int_eq(btf__add_field(btf, "self", 1, 0, 0), 0);
	data = btf__raw_data(btf, &size);
	ck_assert_int_eq(read_data(&types, data, size), -EPROTO);
	btf__free(btf);
}
END_TEST

Suite *types_suite(void)
{
	Suite *suite = suite_create("types");
	TCase *tests = tcase_create("btf");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, few);
	tcase_add_test(tests, broken);
	tcase_add_test(tests, endless);
	suite_add_tcase(suite, tests);
	return suite;
}
