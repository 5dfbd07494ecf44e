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

#include "options/settings.h"
#include "options/stray.h"

static struct options options;
static struct settings_error error;
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
	for (size_t i = 0; i < options.unit_count; i++)
		free(options.units[i]);
	free(options.units);
	for (size_t i = 0; i < options.place_count; i++)
		free(options.places[i].where);
	free(options.places);
	for (size_t i = 0; i < options.file_count; i++)
		free(options.files[i]);
	free(options.files);
	free(options.masked);
}

static int read_all(void)
{
	return settings_read(&options, root, "p", KEYS_ORIGINS | KEYS_GROUPS, &error);
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
	    "block=x\nblock=\nnamespaces = pid, net\ncgroup = /sys/fs/cgroup/a\n"
	    "cgroup=/b\nunit=a.service\nunit = b.scope\nallow=x, y\naudit = yes\nbest-effort = no\norigin=ro-dev\n"
	    "group = 1\ngroup =\ngroup = 7\ngroup=4294967294");
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, PROFILE_BASELINE);
	ck_assert_str_eq(options.allow, "a,b,c,x, y");
	ck_assert_int_eq(options.unit_count, 2);
	ck_assert_str_eq(options.units[1], "b.scope");
	ck_assert_ptr_null(options.block);
	ck_assert_int_eq(options.namespaces, NAMESPACE_PID | NAMESPACE_NET);
	ck_assert_int_eq(options.cgroup_count, 2);
	ck_assert_str_eq(options.cgroups[0], "/sys/fs/cgroup/a");
	ck_assert(options.audit && !options.best_effort);
	ck_assert_int_eq(options.origin, ORIGIN_RO_DEV);
	ck_assert_int_eq(options.group_count, 2);
	ck_assert_uint_eq(options.groups[0], 7);
	ck_assert_uint_eq(options.groups[1], 4294967294U);
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
		{ "namespaces = pid, none\n", ":1", "give it alone" },
		{ "unit = fwupd\n", ":1",
		  "cannot trust unit 'fwupd': it wants the whole name, which ends in" },
		{ "origin = rw\n", ":1", "unknown origin" },
		{ "profile = baseline # all\n", ":1", "; a comment has a line of its own" },
		{ "audit = maybe\n", ":1", "audit is yes or no, not 'maybe'" },
		{ "cgroup = machine.slice\n", ":1", "not an absolute path" },
		{ "group = wheel\n", ":1", "not the number of a group" },
		{ "group = 4294967295\n", ":1", "not the number of a group" },
		{ "group = 7x\n", ":1", "not the number of a group" },
		{ "group=1\ngroup=2\ngroup=3\ngroup=4\ngroup=5\ngroup=6\ngroup=7\ngroup=8\ngroup=9\n",
		  ":9", "more than 8 groups" },
	};
	char where[64];

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		put("/etc/bpflock/p.conf", list[i].text);
		snprintf(where, sizeof(where), "/etc/bpflock/p.conf%s", list[i].where);
		wrong(where, list[i].why);
	}
	put("/etc/bpflock/p.conf", "origin = ro\n");
	ck_assert_int_eq(settings_read(&options, root, "p", KEYS_GROUPS, &error), -EINVAL);
	put("/etc/bpflock/p.conf", "group = 7\n");
	ck_assert_int_eq(settings_read(&options, root, "p", KEYS_ORIGINS, &error), -EINVAL);
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

START_TEST(masks)
{
	char path[PATH_MAX];

	put("/usr/lib/bpflock/p.conf", "profile = restricted\n");
	put("/etc/bpflock/p.conf.d/10-a.conf", "profile = baseline\n");
	in_root(path, "/etc/bpflock/p.conf");
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(read_all(), 0);
	ck_assert_str_eq(options.masked, path);
	ck_assert_int_eq(options.profile, 0);
	ck_assert_uint_eq(options.file_count, 0);
}
END_TEST

START_TEST(files_read)
{
	char path[PATH_MAX];

	put("/usr/lib/bpflock/p.conf", "profile = restricted\n");
	put("/etc/bpflock/p.conf.d/10-a.conf", "profile = baseline\n");
	ck_assert_int_eq(read_all(), 0);
	ck_assert_uint_eq(options.file_count, 2);
	in_root(path, "/usr/lib/bpflock/p.conf");
	ck_assert_str_eq(options.files[0], path);
	in_root(path, "/etc/bpflock/p.conf.d/10-a.conf");
	ck_assert_str_eq(options.files[1], path);
}
END_TEST

/* Makes the link @name to @target. */
static void link_to(const char *target, const char *name)
{
	char path[PATH_MAX];

	in_root(path, name);
	unlink(path);
	ck_assert_int_eq(symlink(target, path), 0);
}

static void folder(const char *name)
{
	char path[PATH_MAX];

	in_root(path, name);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

/* As kubelet writes them. */
START_TEST(config_maps)
{
	char path[PATH_MAX];

	folder("/etc/bpflock/..2026_11");
	put("/etc/bpflock/..2026_11/p.conf", "profile = restricted\n");
	folder("/etc/bpflock/..2026_11/p.conf.d");
	put("/etc/bpflock/..2026_11/p.conf.d/10-a.conf", "audit = yes\n");
	in_root(path, "/etc/bpflock/p.conf.d");
	ck_assert_int_eq(rmdir(path), 0);
	link_to("..2026_11", "/etc/bpflock/..data");
	link_to("..data/p.conf", "/etc/bpflock/p.conf");
	link_to("..data/p.conf.d", "/etc/bpflock/p.conf.d");
	ck_assert_int_eq(read_all(), 0);
	ck_assert_int_eq(options.profile, PROFILE_RESTRICTED);
	ck_assert(options.audit);
	in_root(path, "/etc/bpflock/..2026_11/p.conf");
	chmod(path, 0666);
	wrong("/etc/bpflock/p.conf", "others than its owner");
	chmod(path, 0644);
	in_root(path, "/etc/bpflock/..2026_11");
	chmod(path, 0777);
	wrong("/etc/bpflock/p.conf", "others than its owner");
	chmod(path, 0755);
	/* Elsewhere, whatever it is called. */
	static const char *const elsewhere[] = { "../..2026_11", "..2026_11/p.conf.d/..", "..",
						 "/etc/bpflock/..2026_11", "..2026_11/" };

	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		link_to(elsewhere[i], "/etc/bpflock/..data");
		wrong("/etc/bpflock/p.conf", "it is a link");
	}
	link_to("..2026_11", "/etc/bpflock/..data");
	link_to("..data/../../shadow", "/etc/bpflock/p.conf");
	wrong("/etc/bpflock/p.conf", "it is a link");
	link_to("..data/other", "/etc/bpflock/p.conf");
	wrong("/etc/bpflock/p.conf", "it is a link");
	link_to("..data/p.conf", "/etc/bpflock/p.conf");
	link_to("/etc/shadow", "/etc/bpflock/..2026_11/p.conf");
	wrong("/etc/bpflock/p.conf", "it is a link");
}
END_TEST

START_TEST(fails_closed)
{
	options.lenient = true;
	put("/etc/bpflock/p.conf", "profile = restrictd\nwhat\nfail-closed = yes\norigin=x\n");
	ck_assert_int_eq(read_all(), 0);
	ck_assert(options.fail_closed);
	put("/etc/bpflock/p.conf.d/10-a.conf", "fail-closd = no\nfail-closed = maybe\n");
	ck_assert_int_eq(read_all(), 0);
	ck_assert(options.fail_closed);
	put("/etc/bpflock/p.conf.d/20-a.conf", "fail-closed = no\n");
	ck_assert_int_eq(read_all(), 0);
	ck_assert(!options.fail_closed);
}
END_TEST

static void expect_stray(const char *tool, bool among, const char *want)
{
	char *text = stray_find(root, tool, among), wanted[PATH_MAX];

	snprintf(wanted, sizeof(wanted), want, root);
	ck_assert_str_eq(text ? text : "", wanted);
	free(text);
}

START_TEST(strays)
{
	static const char *const read_or_kept[] = {
		"kimglock.conf", "kimglock.conf~",     "kmodlock.conf.dpkg-old", "README",
		"modules.list",	 ".kimglock.conf.swp", "nslock.conf.rpmsave",	 "execsnoop.conf",
	};
	char name[PATH_MAX];

	for (size_t i = 0; i < sizeof(read_or_kept) / sizeof(read_or_kept[0]); i++) {
		snprintf(name, sizeof(name), "/etc/bpflock/%s", read_or_kept[i]);
		put(name, "");
	}
	expect_stray("kimglock", false, "'%s/etc/bpflock/p.conf.d'");
	expect_stray("nslock", false, "'%s/etc/bpflock/p.conf.d'");
	expect_stray("kimglock", true, "");
	in_root(name, "/etc/bpflock/p.conf.d");
	ck_assert_int_eq(rmdir(name), 0);
	expect_stray("kimglock", false, "");
	put("/etc/bpflock/kmodlok.conf", "");
	expect_stray("kimglock", false, "");
	expect_stray("kmodlock", true,
		     "'%s/etc/bpflock/kmodlok.conf' (did you mean kmodlock.conf)");
	put("/etc/bpflock/bpflock.conf", "");
	expect_stray("kimglock", false, "'%s/etc/bpflock/bpflock.conf'");
	put("/etc/bpflock/filelesslock", "");
	put("/etc/bpflock/sockelock.cnf", "");
	put("/etc/bpflock/execsnoop.confd", "");
	put("/etc/bpflock/kimglock.list", "");
	expect_stray("filelesslock", true,
		     "'%s/etc/bpflock/filelesslock' (did you mean filelesslock.conf)");
	expect_stray("socketlock", true,
		     "'%s/etc/bpflock/sockelock.cnf' (did you mean socketlock.conf)");
	expect_stray("execsnoop", true,
		     "'%s/etc/bpflock/execsnoop.confd' (did you mean execsnoop.conf)");
	folder("/etc/bpflock/kimglock.conf.d");
	put("/etc/bpflock/kimglock.conf.d/10-x", "");
	put("/etc/bpflock/kimglock.conf.d/10-x.conf", "");
	expect_stray("kimglock", true, "'%s/etc/bpflock/kimglock.conf.d/10-x'");
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
	tcase_add_test(tests, masks);
	tcase_add_test(tests, files_read);
	tcase_add_test(tests, config_maps);
	tcase_add_test(tests, fails_closed);
	tcase_add_test(tests, strays);
	suite_add_tcase(suite, tests);
	return suite;
}
