// SPDX-License-Identifier: GPL-2.0-only
/* The command line, the messages, the list and the warnings: exact lines and exit statuses. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "words/bypass.h"
#include "words/delayed.h"
#include "words/describe.h"
#include "options/options.h"
#include "tool/tool.h"
#include "words/list.h"
#include "options/policy.h"
#include "options/settings.h"
#include "words/msg.h"
#include "words/near.h"
#include "words/profile.h"

#define WORDS_MAX 16

static char said[65536];

/* Runs @act in a child with standard output and error in one file: its status, and @said. */
static int in_child(void (*act)(const void *), const void *data)
{
	int file = memfd_create("said", 0), status;
	ssize_t length;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(file, STDOUT_FILENO);
		dup2(file, STDERR_FILENO);
		msg_init("unit");
		act(data);
		exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	length = pread(file, said, sizeof(said) - 1, 0);
	ck_assert_int_ge(length, 0);
	said[length] = '\0';
	close(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t lines(void)
{
	size_t n = 0;

	for (const char *c = said; *c; c++)
		n += *c == '\n';
	return n;
}

static struct options options;

static void parse(const void *data)
{
	static const struct options_help help = { "purpose", "examples\n", false };
	char line[512], *words[WORDS_MAX] = { "unit" };
	int count = 1;

	snprintf(line, sizeof(line), "%s", (const char *)data);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	memset(&options, 0, sizeof(options));
	options_parse(&options, &help, count, words);
	printf("%d %d %x %s %s %zu %zu\n", options.action, options.profile, options.namespaces,
	       options.allow ? options.allow : "-", options.block ? options.block : "-",
	       options.cgroup_count, options.unit_count);
}

START_TEST(good_words)
{
	static const struct {
		const char *line;
		const char *want;
	} rows[] = {
		{ "", "1 0 0 - - 0 0\n" },
		{ "-p restrict -a debugfs", "1 2 0 debugfs - 0 0\n" },
		{ "-prestrict -adebugfs -a msr", "1 2 0 debugfs,msr - 0 0\n" },
		{ "--profile=restricted", "1 3 0 - - 0 0\n" },
		{ "-p deny -p restricted", "1 3 0 - - 0 0\n" },
		{ "-b a -b b,c", "1 0 0 - a,b,c 0 0\n" },
		{ "-n pid,net -n user", "1 0 d - - 0 0\n" },
		{ "-c /a -c /b --audit --best-effort", "1 0 0 - - 2 0\n" },
		{ "-l -p none", "2 1 0 - - 0 0\n" },
		{ "-r", "3 0 0 - - 0 0\n" },
		{ "-s --json", "4 0 0 - - 0 0\n" },
		{ "-e -f --json -v", "5 0 0 - - 0 0\n" },
		{ "-n none", "1 0 80000000 - - 0 0\n" },
		{ "-n pid,mnt", "1 0 3 - - 0 0\n" },
		{ "-u a.service -u b-c.slice --unit=x\\x2dy@1.scope", "1 0 0 - - 0 3\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(in_child(parse, rows[i].line), 0);
		ck_assert_str_eq(said, rows[i].want);
	}
}
END_TEST

START_TEST(bad_words)
{
	static const char *const rows[] = {
		"-p foo",
		"-p restric",
		"-p Restricted",
		"-p",
		"-p allow -p deny",
		"-n",
		"-n pid,",
		"-n ,pid",
		"-n pidx",
		"-n PID",
		"-Z",
		"--nope",
		"--rem",
		"--profil=deny",
		"extra",
		"-r extra",
		"-s -r",
		"-l -e",
		"-s -a x",
		"-e -p none",
		"-r --audit",
		"-s -n pid",
		"-r -c /",
		"-f",
		"-s -f",
		"--json",
		"-l --json",
		"-q -v",
		"--status=1",
		"-p none,deny",
		"--rootfs",
		"--ro",
		"--aud=x",
		"--",
		"-- x",
		"-n pid,none",
		"-n none -n pid",
		"-n nonee",
		"-u",
		"-u x",
		"-u .service",
		"-u a/b.service",
		"-u a@.service",
		"-u -.slice",
		"-u a--b.slice",
		"-u a-.slice",
		"-s -u a.service",
		"-c --audit",
		"--unit --audit",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status = in_child(parse, rows[i]);

		if (!strcmp(rows[i], "--")) {
			ck_assert_int_eq(status, 0);
			continue;
		}
		ck_assert_msg(status == EX_USAGE, "%s: exit %d", rows[i], status);
		ck_assert_msg(lines() == 1, "%s: %s", rows[i], said);
		ck_assert_msg(!strncmp(said, "unit: ", 6), "%s: %s", rows[i], said);
	}
}
END_TEST

START_TEST(named_words)
{
	static const struct {
		const char *line;
		const char *want;
	} rows[] = {
		{ "-h", "unknown option '-h'" },
		{ "-sZ", "unknown option '-sZ'" },
		{ "-s -fZx", "unknown option '-fZx'" },
		{ "-e --json -Z", "unknown option '-Z'" },
		{ "-s -p", "option '-p' wants an argument" },
		{ "-sp", "option '-p' wants an argument" },
		{ "-e --since", "option '--since' wants an argument" },
		{ "--json=1 -s", "option '--json=1' takes no argument" },
		{ "-c --audit", "option '-c' wants an argument" },
		{ "--unit --audit", "option '--unit' wants an argument" },
		{ "--prof=deny", "unknown option '--prof'; did you mean --profile" },
	};
	char want[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(want, sizeof(want), "unit: %s; --help shows all\n", rows[i].want);
		ck_assert_int_eq(in_child(parse, rows[i].line), EX_USAGE);
		ck_assert_str_eq(said, want);
	}
}
END_TEST

START_TEST(told_words)
{
	ck_assert_int_eq(in_child(parse, "--help"), 0);
	ck_assert_ptr_nonnull(strstr(said, "purpose"));
	ck_assert_ptr_nonnull(strstr(said, "examples"));
	ck_assert_int_eq(in_child(parse, "--usage"), 0);
	ck_assert_int_eq(in_child(parse, "-V"), 0);
	ck_assert_ptr_nonnull(strstr(said, "(bpflock)"));
}
END_TEST

static void speak(const void *text)
{
	msg_error("cannot trust '%s'", (const char *)text);
}

static void speak_quietly(const void *data)
{
	(void)data;
	msg_level(true, false);
	msg_warning("warning");
	msg_say("success");
	errno = ENOTTY;
	msg_error("error");
	if (errno != ENOTTY)
		msg_error("errno is lost");
}

static void speak_to(const void *path)
{
	close(STDOUT_FILENO);
	if (path)
		ck_assert_int_eq(open(path, O_WRONLY), STDOUT_FILENO);
	msg_say("success");
}

START_TEST(messages)
{
	char *text = malloc(100000);

	ck_assert_int_eq(in_child(speak, "x\nunit: baseline\x1b[2J\xff\x7f"), 0);
	ck_assert_str_eq(said, "unit: cannot trust 'x?unit: baseline?[2J?\?'\n");
	memset(text, 'a', 99999);
	text[99999] = '\0';
	ck_assert_int_eq(in_child(speak, text), 0);
	ck_assert_uint_eq(lines(), 1);
	free(text);
	ck_assert_int_eq(in_child(speak_quietly, NULL), 0);
	ck_assert_str_eq(said, "unit: error\n");
	ck_assert_int_eq(in_child(speak_to, "/dev/full"), EX_IOERR);
	ck_assert_str_eq(said, "unit: cannot write to standard output: No space left on device\n");
	ck_assert_int_eq(in_child(speak_to, NULL), EX_IOERR);
	ck_assert_str_eq(said, "unit: cannot write to standard output: Bad file descriptor\n");
}
END_TEST

static struct operations ops;
static const struct operation_word aliases[] = { { "uno", "one" }, { "two", "one,two" }, { 0 } };
static const struct operation_phrase phrases[] = { { "one", "the first", "ONE" }, { 0 } };
static const struct bypass bypasses[] = {
	{ "one", "all", "one.c" },
	{ "two", "three", "two.c" },
	{ "three", "all", "three.c", .by_trusted = true },
	{ "absent", "all", "absent.c" },
	{ 0 },
};
static const struct tool tool = { .name = "unit",
				  .words = { aliases, NULL, phrases },
				  .bypasses = bypasses };
static struct policy policy;

static void setup(void)
{
	memset(&ops, 0, sizeof(ops));
	memset(&policy, 0, sizeof(policy));
	operations_add(&ops, 1, "one", "low");
	operations_add(&ops, 2, "two", "low");
	operations_add(&ops, 3, "three", "low");
	operations_add(&ops, 9, "nine", "high");
	operations_describe(&ops, phrases);
	operations_event(&ops, NULL, "lsm_unit");
	operation_set_add(&ops.uncovered, 9);
	operation_set_add(&policy.uncovered, 9);
	policy.profile = PROFILE_BASELINE;
	policy.namespaces = NAMESPACE_PID;
}

/* A settings file, or on the command line what is allowed, to a policy. */
static void decide(const void *data)
{
	struct settings_error error = { "/f" };
	static struct options asked; /* what is kept to the end is no leak */
	static struct trusted trusted;
	const char *text = data;
	unsigned line;

	asked.profile = PROFILE_BASELINE;
	if (!strchr(text, '='))
		asked.allow = strdup(text);
	else if (settings_parse(&asked, text, strlen(text), false, &line, &error))
		exit(EX_CONFIG);
	exit(policy_from(&asked, &ops, &tool.words, &policy, &trusted));
}

START_TEST(places)
{
	static const char known[] = ": known are one,two,three,nine and the words of --list";
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "four", "unit: unknown operation 'four' in --allow%s\n" },
		{ "one, thre",
		  "unit: unknown operation 'thre' in --allow%s; did you mean three\n" },
		{ "all,-nin", "unit: unknown operation '-nin' in --allow%s; did you mean nine\n" },
		{ "lo", "unit: unknown operation 'lo' in --allow%s; did you mean low\n" },
		/* execsnoop's is exactly that, but is for no list. */
		{ "exec", "unit: unknown operation 'exec' in --allow%s; did you mean kimglock's "
			  "kexec\n" },
		{ "memfd", "unit: unknown operation 'memfd' in --allow%s; did you mean "
			   "filelesslock's memfd\n" },
		{ "autoload_modul",
		  "unit: unknown operation 'autoload_modul' in --allow%s; did you "
		  "mean kmodlock's autoload_module\n" },
		{ "\nallow=one\nallow=all, -thre\n",
		  "unit: cannot use '/f:3': unknown operation '-thre' in --allow%s; did you mean "
		  "three\n" },
		{ "allow=x\nallow=\nallow=one\nblock=y\n",
		  "unit: cannot use '/f:4': unknown operation 'y' in --block%s\n" },
		{ "allow=one,\n", "unit: cannot use '/f:1': empty item in the list of --allow\n" },
		{ "allow=one\nblock=nine\nblock=three,one\n",
		  "unit: cannot use '/f:3': operation 'one' is on both lists\n" },
		{ "profile=restricted\n\nblock=one\n",
		  "unit: cannot use '/f:3': --block has no meaning under the profile restricted: "
		  "all is denied that --allow does not list\n" },
		{ "\n\ncgroup=/nowhere\n",
		  "unit: cannot use '/f:3': cannot trust '/nowhere': No such file or directory; "
		  "--cgroup wants the whole path, as /sys/fs/cgroup/machine.slice\n" },
		{ "unit=a.service\nprofile=allow\n",
		  "unit: cannot use '/f:1': --unit has meaning under the profile baseline only\n" },
		{ "namespaces=pid\nnamespaces=none\n",
		  "unit: cannot use '/f:2': with --namespaces=none nobody is trusted: give --unit "
		  "or --cgroup, or use --profile=restricted\n" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *gap = strstr(rows[i].want, "%s");

		snprintf(want, sizeof(want), "%.*s%s%s",
			 (int)(gap ? gap - rows[i].want : (long)strlen(rows[i].want)), rows[i].want,
			 gap ? known : "", gap ? gap + 2 : "");
		ck_assert_int_eq(in_child(decide, rows[i].text), EX_USAGE);
		ck_assert_str_eq(said, want);
	}
	ck_assert_int_eq(in_child(decide, "allow=one, two\nnamespaces=none\nunit=a.service"), 0);
	ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(near_words)
{
	static const struct {
		const char *word;
		const char *want;
	} rows[] = {
		{ "basline", "baseline" },
		{ "resticted", "restricted" },
		{ "denyy", "deny" },
		{ "xallow", "allow" },
		{ "nope", "none" },
		{ "foo", NULL },
		{ "", NULL },
		{ "Restricted", "restricted" },
		{ "BASELINE", "baseline" }, /* in another case */
		{ "PROFILE_DENY", "deny" }, /* with what the kernel's headers put before it */
		{ "xdeny_", NULL },
		{ "rest", "restrict" }, /* and not the shorter way to another */
		{ "base", "baseline" }, /* its beginning */
		{ "res", "restrict" },
		{ "ba", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct near near = { rows[i].word };
		char room[NEAR_MAX];

		near_try_list(&near, PROFILE_WORDS, room);
		if (rows[i].want)
			ck_assert_str_eq(near.best, rows[i].want);
		else
			ck_assert_ptr_null(near.best);
	}
}
END_TEST

static void list(const void *data)
{
	(void)data;
	list_print(&tool.words, &ops, policy.profile);
}

START_TEST(lists)
{
	ck_assert_int_eq(in_child(list, NULL), 0);
	ck_assert_uint_eq(lines(), 5);
	ck_assert_ptr_nonnull(strstr(said, "baseline   WHAT\n"));
	ck_assert_ptr_nonnull(
		strstr(said, "\none       uno   low              covered    the first\n"));
	ck_assert_ptr_nonnull(
		strstr(said, "\ntwo       -     low              covered    new in this kernel\n"));
	ck_assert_ptr_nonnull(
		strstr(said, "\nnine      -     high             -          new in this kernel\n"));
	policy.profile = PROFILE_ALLOW;
	ck_assert_int_eq(in_child(list, NULL), 0);
	ck_assert_ptr_null(strstr(said, "covered"));
}
END_TEST

static void warn(const void *data)
{
	(void)data;
	bypass_warn(tool.bypasses, &tool.words, &ops, &policy);
}

static void expect_warning(const char *ways, const char *voided)
{
	char want[256];

	ck_assert_int_eq(in_child(warn, NULL), 0);
	snprintf(
		want, sizeof(want),
		"unit: warning: denying %s can be got around: %s %s the same; see --list --verbose\n",
		voided, ways, strchr(ways, ',') ? "are allowed and give" : "is allowed and gives");
	ck_assert_str_eq(said, *ways ? want : "");
}

START_TEST(ways_around)
{
	expect_warning("", "");
	operation_set_add(&policy.allow, 1);
	expect_warning("one", "two,three");
	policy.allow.bits[0] = 1 << 2;
	expect_warning("two", "three");
	policy.allow.bits[0] = 1 << 3; /* the trusted may do one and two */
	expect_warning("three", "one,two");
	policy.allow.bits[0] = 0;
	operation_set_add(&policy.block, 2); /* nobody: three leads to nobody who may */
	expect_warning("one", "two");
	policy.block.bits[0] = 1 << 9; /* outside the profile, and blocked */
	expect_warning("one", "nine");
	policy.profile = PROFILE_ALLOW;
	expect_warning("one", "nine");
	policy.block.bits[0] = 0;
	expect_warning("", "");
	policy.profile = PROFILE_RESTRICTED;
	expect_warning("", "");
	policy.profile = PROFILE_BASELINE;
	operation_set_add(&policy.allow, 1);
	policy.audit = 1;
	expect_warning("", "");
}
END_TEST

static void expect_policy(const char *want)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	describe_policy(stream, &policy, &ops);
	fclose(stream);
	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(policies)
{
	expect_policy("baseline: allowed only from the initial pid namespace");
	policy.namespaces |= NAMESPACE_NET;
	policy.cgroups = 1;
	operation_set_add(&policy.allow, 1);
	operation_set_add(&policy.block, 2);
	expect_policy(
		"baseline: allowed only from the initial pid,net namespaces and from 1 cgroup, "
		"and one from anywhere, but two for nobody");
	policy = (struct policy){ .profile = PROFILE_BASELINE, .units = 1 };
	expect_policy("baseline: allowed only from 1 unit");
	policy = (struct policy){ .profile = PROFILE_ALLOW, .origin = ORIGIN_ROOTFS };
#define ORIGIN_TOLD                                                                                \
	"allow: allowed to everybody; modules and firmware only from the root filesystem"
	expect_policy(ORIGIN_TOLD);
	policy.origin = ORIGIN_RO;
	expect_policy(ORIGIN_TOLD " while it is read-only");
	policy.origin = ORIGIN_RO_DEV;
	expect_policy(ORIGIN_TOLD " while it is read-only, as is its device");
	policy = (struct policy){ .profile = PROFILE_BASELINE, .units = 1 };
	policy.cgroups = 2;
	policy.units = 2;
	expect_policy("baseline: allowed only from 2 cgroups and from 2 units");
	policy = (struct policy){ .profile = PROFILE_BASELINE,
				  .namespaces = NAMESPACE_PID,
				  .groups = 2,
				  .group = { 7, 8 } };
	expect_policy("baseline: allowed only from the initial pid namespace and for members of "
		      "group 7, 8");
	policy = (struct policy){ .profile = PROFILE_BASELINE };
	expect_policy("baseline: allowed only from nowhere");
	policy.folders = 1;
	expect_policy("baseline: allowed only from nowhere; also what is pinned in 1 folder of "
		      "others");
	policy = (struct policy){ .profile = PROFILE_RESTRICTED, .audit = 1 };
	expect_policy("restricted: denied to everybody; audit: nothing is denied");
	policy = (struct policy){ .profile = PROFILE_ALLOW };
	expect_policy("allow: allowed to everybody");
	policy.profile = 9;
	expect_policy("unknown: denied to everybody");
}
END_TEST

/*
 * Stopped for longer than it may be idle, which is nobody's delay: by twice, as its first second
 * is no idleness, and on one CPU, or what it does as it wakes would count as work.
 */
static void stopped(const void *unused)
{
	pid_t parent = getpid();
	cpu_set_t one;

	(void)unused;
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	delayed_watch("a file");
	if (!fork()) {
		sleep(2 * DELAY_SECONDS + 1);
		kill(parent, SIGCONT);
		_exit(0);
	}
	raise(SIGSTOP);
	sleep(2);
	delayed_done();
}

START_TEST(stopped_is_not_delayed)
{
	ck_assert_int_eq(in_child(stopped, NULL), 0);
	ck_assert_str_eq(said, "");
}
END_TEST

Suite *words_suite(void)
{
	Suite *suite = suite_create("words");
	TCase *tests = tcase_create("words");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, good_words);
	tcase_add_test(tests, bad_words);
	tcase_add_test(tests, named_words);
	tcase_add_test(tests, told_words);
	tcase_add_test(tests, messages);
	tcase_add_test(tests, places);
	tcase_add_test(tests, near_words);
	tcase_add_test(tests, lists);
	tcase_add_test(tests, ways_around);
	tcase_add_test(tests, stopped_is_not_delayed);
	tcase_add_test(tests, policies);
	suite_add_tcase(suite, tests);
	return suite;
}
