// SPDX-License-Identifier: GPL-2.0-only
/* The settings files: what they say, which of them counts, and which are not believed. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

static struct options options;
static struct config_error error;
static char root[] = "/tmp/bpflock-config.XXXXXX";

static void in_root(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "%s%s", root, name);
}

static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *stream;

	in_root(path, name);
	stream = fopen(path, "we");
	ck_assert_ptr_nonnull(stream);
	fputs(text, stream);
	fclose(stream);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

static void setup(void)
{
	static const char *const folders[] = {
		"",
		"/etc",
		"/etc/bpflock",
		"/etc/bpflock/p.conf.d",
		"/run",
		"/run/bpflock",
		"/usr",
		"/usr/lib",
		"/usr/lib/bpflock",
		"/usr/lib/bpflock/p.conf.d",
	};
	char path[PATH_MAX];

	memset(&options, 0, sizeof(options));
	strcpy(root + sizeof(root) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 1; i < sizeof(folders) / sizeof(folders[0]); i++) {
		in_root(path, folders[i]);
		ck_assert_int_eq(mkdir(path, 0755), 0);
		ck_assert_int_eq(chmod(path, 0755), 0);
	}
}

static void teardown(void)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -r %s", root);
	ck_assert_int_eq(system(command), 0);
	free(options.allow);
	free(options.block);
	for (size_t i = 0; i < options.cgroup_count; i++)
		free(options.cgroups[i]);
	free(options.cgroups);
}

static int read_all(void)
{
	return config_read(&options, root, "p", true, &error);
}

static void wrong(const char *where, const char *why)
{
	char path[PATH_MAX];

	ck_assert_int_eq(read_all(), -EINVAL);
	in_root(path, where);
	ck_assert_str_eq(error.where, path);
	ck_assert_msg(strstr(error.why, why), "%s", error.why);
}

START_TEST(keys)
{
	put("/etc/bpflock/p.conf",
	    "# comment\n; too\n\n profile = restrict \nallow=a,b\r\nallow = c\n"
	    "block=x\nblock=\nnamespaces = pid,net\ncgroup = /sys/fs/cgroup/a\n"
	    "cgroup=/b\naudit = yes\nbest-effort = no\norigin=ro-dev");
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, PROFILE_BASELINE);
	ck_assert_str_eq(options.allow, "a,b,c");
	ck_assert_ptr_null(options.block);
	ck_assert_int_eq(options.namespaces, NAMESPACE_PID | NAMESPACE_NET);
	ck_assert_int_eq(options.cgroup_count, 2);
	ck_assert_str_eq(options.cgroups[0], "/sys/fs/cgroup/a");
	ck_assert(options.audit && !options.best_effort);
	ck_assert_int_eq(options.origin, ORIGIN_RO_DEV);
}
END_TEST

START_TEST(nothing)
{
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, 0);
}
END_TEST

START_TEST(precedence)
{
	char path[PATH_MAX];

	put("/usr/lib/bpflock/p.conf", "profile = restricted\n");
	put("/usr/lib/bpflock/p.conf.d/20-x.conf", "block = vendor\n");
	put("/usr/lib/bpflock/p.conf.d/30-masked.conf", "wrong\n");
	put("/etc/bpflock/p.conf.d/10-a.conf", "block = first\nprofile = allow\n");
	put("/etc/bpflock/p.conf.d/40-b.conf", "profile = baseline\n");
	put("/etc/bpflock/p.conf.d/ignored", "wrong\n");
	in_root(path, "/etc/bpflock/p.conf.d/30-masked.conf");
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, PROFILE_BASELINE);
	ck_assert_str_eq(options.block, "first,vendor");
	/* The whole main file of /etc counts instead of that of /usr/lib. */
	put("/etc/bpflock/p.conf", "");
	in_root(path, "/etc/bpflock/p.conf.d/40-b.conf");
	unlink(path);
	in_root(path, "/etc/bpflock/p.conf.d/10-a.conf");
	unlink(path);
	options.profile = 0;
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, 0);
}
END_TEST

START_TEST(mistakes)
{
	static const struct {
		const char *text;
		const char *where;
		const char *why;
	} list[] = {
		{ "\nprofil = allow\n", ":2", "unknown key 'profil': known are profile, allow" },
		{ "profile = restrictd\n", ":1", "unknown profile 'restrictd'" },
		{ "profile =\n", ":1", "unknown profile ''" },
		{ "PROFILE = allow\n", ":1", "unknown key" },
		{ "[kimglock]\n", ":1", "is not KEY = VALUE" },
		{ "allow\n", ":1", "is not KEY = VALUE" },
		{ "namespaces = pid,,net\n", ":1", "empty namespace kind" },
		{ "namespaces = all\n", ":1", "unknown namespace kind 'all'" },
		{ "origin = rw\n", ":1", "unknown origin" },
		{ "audit = maybe\n", ":1", "neither yes nor no" },
		{ "cgroup = machine.slice\n", ":1", "not an absolute path" },
	};
	char where[64];

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		put("/etc/bpflock/p.conf", list[i].text);
		snprintf(where, sizeof(where), "/etc/bpflock/p.conf%s", list[i].where);
		wrong(where, list[i].why);
	}
	put("/etc/bpflock/p.conf", "origin = ro\n");
	ck_assert_int_eq(config_read(&options, root, "p", false, &error), -EINVAL);
}
END_TEST

START_TEST(unsafe)
{
	char path[PATH_MAX], other[PATH_MAX];

	put("/etc/bpflock/p.conf", "profile = allow\n");
	in_root(path, "/etc/bpflock/p.conf");
	chmod(path, 0664);
	wrong("/etc/bpflock/p.conf", "others than its owner may write it");
	chmod(path, 0602);
	wrong("/etc/bpflock/p.conf", "others than its owner may write it");
	if (!geteuid()) {
		chmod(path, 0644);
		ck_assert_int_eq(chown(path, 1000, 0), 0);
		wrong("/etc/bpflock/p.conf", "belongs to user 1000");
	}
	in_root(other, "/elsewhere");
	rename(path, other);
	ck_assert_int_eq(symlink(other, path), 0);
	wrong("/etc/bpflock/p.conf", "it is a link");
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	wrong("/etc/bpflock/p.conf", "it is not a file");
	unlink(path);
	/* A folder that is a link, wherever to, is not no folder. */
	in_root(path, "/etc/bpflock");
	in_root(other, "/moved");
	ck_assert_int_eq(rename(path, other), 0);
	ck_assert_int_eq(symlink("/nowhere", path), 0);
	wrong("/etc/bpflock", "it is a link");
	unlink(path);
	ck_assert_int_eq(symlink(other, path), 0);
	wrong("/etc/bpflock", "it is a link");
	unlink(path);
	rename(other, path);
	in_root(path, "/etc/bpflock/p.conf.d");
	chmod(path, 0777);
	wrong("/etc/bpflock/p.conf.d", "others than its owner");
	chmod(path, 0755);
	in_root(path, "/etc/bpflock");
	chmod(path, 0775);
	wrong("/etc/bpflock", "others than its owner");
}
END_TEST

Suite *config_suite(void);

Suite *config_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tests = tcase_create("settings");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, keys);
	tcase_add_test(tests, nothing);
	tcase_add_test(tests, precedence);
	tcase_add_test(tests, mistakes);
	tcase_add_test(tests, unsafe);
	suite_add_tcase(suite, tests);
	return suite;
}
