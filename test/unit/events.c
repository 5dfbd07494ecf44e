// SPDX-License-Identifier: GPL-2.0-only
/* Records as lines: exact forms, and names that try to pass for something else. */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/clock.h"
#include "words/describe.h"
#include "words/escape.h"
#include "records/events.h"
#include "records/names.h"
#include "words/container.h"

static struct operations ops;
static struct records_entry entry;
static struct events_format format = { "kimglock", &ops };

static void setup(void)
{
	static const struct operation_phrase phrases[] = { { "dev_mem", "", "/dev/mem,kmem,port" },
							   { 0 } };

	memset(&ops, 0, sizeof(ops));
	operations_add(&ops, 2, "dev_mem", "integrity");
	operations_describe(&ops, phrases);
	operations_event(&ops, NULL, "lsm_locked_down");
	memset(&entry, 0, sizeof(entry));
	entry.key = (struct record_key){ 1, { { 70902, 2, VERDICT_DENY_BASELINE, 0 } } };
	entry.value.record = (struct record){ .count = 1,
					      .cgroup = 7014,
					      .pid = 70902,
					      .ppid = 70895,
					      .comm = "head",
					      .pcomm = "bash" };
}

static char *line(bool json, bool all)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	format.json = json;
	format.all = all;
	events_print(stream, &format, &entry);
	fclose(stream);
	return text;
}

/* The line without its time, which is now. */
static void expect(bool json, const char *want)
{
	char *text = line(json, false);

	ck_assert_str_eq(text + strlen(json ? "{'time':'2022-02-11T11:23:58Z'"
					    : "time='2022-02-11T11:23:58Z'"),
			 want);
	free(text);
}

START_TEST(forms)
{
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
	       "tgid=70902 pid=70902 ppid=70895 uid=0 cgroupid=7014 comm=head pcomm=bash "
	       "retval=-1 reason=denied (baseline) op=dev_mem\" bpfprog=kimglock subsys=bpf\n");
	expect(true,
	       ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
	       "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
	       "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,\"comm\":\"head\","
	       "\"pcomm\":\"bash\",\"retval\":-1,\"reason\":\"denied (baseline)\",\"op\":\"dev_mem\"}\n");
}
END_TEST

/* Of an execution: arguments are words that nothing in them can end. */
START_TEST(executed)
{
	struct record_executed *e = &entry.executed;
	char *text;

	e->inode = 7;
	e->device = 8;
	strcpy(e->filename, "/tmp/a b");
	strcpy(e->interpreter, "/bin/sh");
	e->size = 8;
	memcpy(e->arguments, "a\0\0b \"\n", 8);
	e->start = 5;
	format.executed = true;
	expect(false,
	       " level=info msg=\"event=lsm_locked_down tgid=70902 pid=70902 ppid=70895 uid=0 "
	       "cgroupid=7014 comm=head pcomm=bash filename=/tmp/a\\\\x20b retval=0 inode=7 "
	       "device=8 interpreter=/bin/sh arguments=\\\"a  b\\\\x20\\\\x22\\\\x0a\\\" op=dev_mem\" "
	       "bpfprog=kimglock subsys=bpf\n");
	format.stamp = true;
	text = line(false, false);
	ck_assert_int_eq(strncmp(text, "0 5 70902 70895 2 time=", 23), 0);
	free(text);
	format.executed = format.stamp = false;
}
END_TEST

START_TEST(absent_fields)
{
	entry.value.record.ppid = 0;
	entry.value.record.cgroup = 0;
	entry.value.record.pcomm[0] = '\0';
	entry.value.record.count = 7;
	entry.key.verdict = VERDICT_AUDIT_RESTRICTED;
	strcpy(entry.value.subject.name, "x.ko");
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
	       "tgid=70902 pid=70902 uid=0 comm=head filename=x.ko retval=0 "
	       "reason=audit (restricted) count=7 op=dev_mem\" bpfprog=kimglock subsys=bpf\n");
	entry.key.id = RECORD_OTHERS;
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
	       "tgid=70902 pid=70902 uid=0 comm=head others=yes retval=0 "
	       "reason=audit (restricted) count=7 op=dev_mem\" bpfprog=kimglock subsys=bpf\n");
	entry.key.id = 1;
	entry.key.operation = 199;
	entry.key.verdict = 0;
	expect(false, " level=info msg=\"event=unknown operation=unknown "
		      "tgid=70902 pid=70902 uid=0 comm=head filename=x.ko retval=-1 "
		      "reason=unknown count=7 op=unknown\" bpfprog=kimglock subsys=bpf\n");
}
END_TEST

/* A program's own words, and no more of them than there is room for. */
static void own_words(const struct record_subject *subject,
		      struct events_word words[EVENTS_WORDS_MAX])
{
	for (int i = 0; i < EVENTS_WORDS_MAX; i++) {
		words[i].key = "family";
		snprintf(words[i].value, sizeof(words[i].value), "%u", subject->socket.family);
	}
}

static void one_word(const struct record_subject *subject,
		     struct events_word words[EVENTS_WORDS_MAX])
{
	own_words(subject, words);
	words[1].key = NULL;
}

START_TEST(words_of_a_program)
{
	entry.value.subject.socket.family = 38;
	format.subject = one_word;
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
	       "tgid=70902 pid=70902 ppid=70895 uid=0 cgroupid=7014 comm=head pcomm=bash "
	       "family=38 retval=-1 reason=denied (baseline) op=dev_mem\" bpfprog=kimglock subsys=bpf\n");
	format.subject = own_words;
	expect(true,
	       ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
	       "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
	       "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,\"comm\":\"head\","
	       "\"pcomm\":\"bash\",\"family\":\"38\",\"family\":\"38\",\"family\":\"38\","
	       "\"family\":\"38\",\"retval\":-1,\"reason\":\"denied (baseline)\",\"op\":\"dev_mem\"}\n");
	format.subject = NULL;
}
END_TEST

START_TEST(hostile_names)
{
	memcpy(entry.value.record.comm, "a b=\"c\\\n\x1b[2J\xff\x7f", 14);
	memcpy(entry.value.record.pcomm, "0123456789abcdef", 16); /* no end */
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port tgid=70902 "
	       "pid=70902 ppid=70895 uid=0 cgroupid=7014 "
	       "comm=a\\\\x20b\\\\x3d\\\\x22c\\\\x5c\\\\x0a\\\\x1b[2J\\\\xff\\\\x7f "
	       "pcomm=0123456789abcdef retval=-1 reason=denied (baseline) op=dev_mem\" bpfprog=kimglock "
	       "subsys=bpf\n");
	expect(true, ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
		     "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
		     "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,"
		     "\"comm\":\"a b=\\u0022c\\u005c\\u000a\\u001b[2J\\ufffd\\u007f\","
		     "\"pcomm\":\"0123456789abcdef\",\"retval\":-1,"
		     "\"reason\":\"denied (baseline)\",\"op\":\"dev_mem\"}\n");
}
END_TEST

static void json_is(const char *text, size_t size, const char *want)
{
	char *got;
	size_t length;
	FILE *stream = open_memstream(&got, &length);

	escape_json(stream, text, size);
	fclose(stream);
	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(utf8)
{
	json_is("\xc3\xa9", 2, "\"\\u00e9\"");
	json_is("\xe2\x82\xac", 3, "\"\\u20ac\"");
	json_is("\xf0\x9f\x98\x80", 4, "\"\\ud83d\\ude00\"");
	json_is("\xc0\xaf", 2, "\"\\ufffd\\ufffd\"");			    /* overlong */
	json_is("\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"");	    /* a surrogate */
	json_is("\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\""); /* past the last */
	json_is("\xe2\x82", 2, "\"\\ufffd\\ufffd\"");			    /* cut off */
	json_is("\xe2\x82\xac", 2, "\"\\ufffd\\ufffd\"");
	json_is("ab\0cd", 5, "\"ab\"");
}
END_TEST

static struct record_names names_of(const char *text, size_t length, __u32 rest)
{
	struct record_names names = { .length = (__u32)length, .rest = rest };

	memcpy(names.text, text, length);
	return names;
}

#define NAMES(text, rest) names_of(text, sizeof(text), rest)
#define ID "8fc349d6aa0123456789abcdef0123456789abcdef0123456789abcdef012345"

/* From names on record, those of a hostile cgroup too. */
START_TEST(whence)
{
	const struct record_names cgroup = NAMES(
					  "kubepods.slice\0kubepods-pod01234567_89ab_cdef_0123"
					  "_456789abcdef.slice\0crio-" ID ".scope\0x y=\"\n",
					  NAMES_MORE),
				  exe = NAMES("a b\0bin\0usr", NAMES_ALL);

	entry.cgroup = &cgroup;
	entry.exe = &exe;
	entry.value.record.exe = 12;
	entry.value.record.exe_device = 65024;
	entry.value.record.kinds = NAMESPACE_PID | NAMESPACE_MNT;
	expect(false,
	       " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port tgid=70902 "
	       "pid=70902 ppid=70895 uid=0 cgroupid=7014 comm=head pcomm=bash retval=-1 "
	       "reason=denied (baseline) op=dev_mem exe=/usr/bin/a\\\\x20b exe_inode=12 "
	       "exe_device=65024 namespaces=pid,mnt cgroup=/kubepods.slice/"
	       "kubepods-pod01234567_89ab_cdef_0123_456789abcdef.slice/crio-" ID
	       ".scope/x\\\\x20y\\\\x3d\\\\x22\\\\x0a/... container=" ID
	       " pod=01234567-89ab-cdef-0123-456789abcdef\" bpfprog=kimglock subsys=bpf\n");
	expect(true, ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
		     "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
		     "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,\"comm\":\"head\","
		     "\"pcomm\":\"bash\",\"retval\":-1,\"reason\":\"denied (baseline)\","
		     "\"op\":\"dev_mem\",\"exe\":\"/usr/bin/a b\",\"exe_inode\":12,"
		     "\"exe_device\":65024,\"namespaces\":\"pid,mnt\",\"cgroup\":\"/kubepods.slice/"
		     "kubepods-pod01234567_89ab_cdef_0123_456789abcdef.slice/crio-" ID
		     ".scope/x y=\\u0022\\u000a/...\",\"container\":\"" ID "\","
		     "\"pod\":\"01234567-89ab-cdef-0123-456789abcdef\"}\n");
}
END_TEST

static void path_is(bool exe, const struct record_names names, const char *want)
{
	char path[512];

	if (exe)
		names_of_exe(&names, path, sizeof(path));
	else
		names_of_cgroup(&names, path, sizeof(path));
	ck_assert_str_eq(path, want);
}

START_TEST(paths)
{
	path_is(false, (struct record_names){ .rest = NAMES_ALL }, "/");
	path_is(false, NAMES("a\0b", NAMES_ALL), "/a/b");
	path_is(false, NAMES("a", NAMES_MORE), "/a/...");
	path_is(true, NAMES("memfd:x", NAMES_ONE), "memfd:x");
	path_is(true, NAMES("c\0b\0a", NAMES_MORE), ".../a/b/c");
	path_is(true, (struct record_names){ .rest = NAMES_MORE }, "...");
	path_is(true, NAMES("1\0002\0003\0004\0005\0006\0007\08\09", NAMES_ALL),
		"/8/7/6/5/4/3/2/1");
}
END_TEST

/* @path is of container @id and @pod, "" for none. */
static void of(const char *path, const char *id, const char *pod)
{
	struct container container = container_of_path(path);

	ck_assert_msg(container.id_length == strlen(id) &&
			      (!*id || !strncmp(container.id, id, strlen(id))),
		      "container of %s", path);
	ck_assert_msg(container.pod_length == strlen(pod) &&
			      (!*pod || !strncmp(container.pod, pod, strlen(pod))),
		      "pod of %s: %.*s", path, (int)container.pod_length, container.pod);
}

#define UID "01234567_89ab_cdef_0123_456789abcdef"
#define DASHED "01234567-89ab-cdef-0123-456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* The forms of the managers, and what only looks like them. */
START_TEST(containers)
{
	of("/system.slice/docker-" ID ".scope", ID, "");
	of("/docker/" ID, ID, "");
	of("/docker/" ID "/init", ID, "");
	of("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID
	   ".slice/cri-containerd-" ID ".scope",
	   ID, UID);
	of("/kubepods.slice/kubepods-pod" UID ".slice/crio-" ID ".scope", ID, UID);
	of("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID ".slice/crio-" ID
	   ".scope/container",
	   ID, UID);
	of("/kubepods/burstable/pod" DASHED "/" ID, ID, DASHED);
	of("/kubepods/pod" DASHED "/" ID, ID, DASHED);
	of("/kubepods/besteffort/pod0123456789abcdef0123456789abcdef/crio-" ID, ID,
	   "0123456789abcdef0123456789abcdef");
	of("/system.slice/containerd.service/kubepods-burstable-pod" UID
	   ".slice:cri-containerd:" ID,
	   ID, UID);
	of("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID
	   ".slice/cri-containerd-" ID ".scope",
	   ID, UID);
	of("/machine.slice/libpod-" ID ".scope", ID, "");
	of("/machine.slice/libpod-" ID ".scope/container", ID, "");
	of("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container",
	   ID, "");
	of("/libpod_parent/libpod-" ID, ID, "");
	of("/system.slice/nerdctl-" ID ".scope", ID, "");
	/* A pod's own cgroup, where its pause container is not. */
	of("/kubepods.slice/kubepods-pod" UID ".slice", "", UID);
	/* The outermost: what is in it the container may have named. */
	of("/docker/" ID "/kubepods/pod" DASHED "/" OTHER, ID, "");
	of("/machine.slice/libpod-" ID ".scope/docker-" OTHER ".scope", ID, "");
	/* What is none. */
	of("/", "", "");
	of("/system.slice/x-pod" UID ".slice/docker-" ID ".scope", ID, "");
	of("/system.slice/ssh.service", "", "");
	of("/kubepods.slice/kubepods-pod" UID ".slice/crio-conmon-" ID ".scope", "", UID);
	of("/machine.slice/libpod-conmon-" ID ".scope", "", "");
	of("/system.slice/docker-" ID "0.scope", "", "");
	of("/system.slice/docker-" ID ".scopes", "", "");
	of("/system.slice/docker-8fc349d6.scope", "", "");
	of("/podcasts/pod" DASHED, "", "");
	of("/kubepods/podcast" DASHED, "", "");
	of("::", "", "");
	of("/kubepods/pod", "", "");
}
END_TEST

static time_t seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec;
}

START_TEST(times)
{
	const time_t before = seconds(CLOCK_REALTIME);
	struct timespec boot;
	char *text, want[32];
	bool found = false;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct tm tm;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_print(stream, (__u64)(boot.tv_sec - 100) * 1000000000 + (__u64)boot.tv_nsec);
	fclose(stream);
	/* The two clocks are not read at one moment: it may be a second on either side. */
	for (time_t t = before - 101; t <= seconds(CLOCK_REALTIME) - 99; t++) {
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
		found = found || !strcmp(text, want);
	}
	ck_assert_msg(found, "%s", text);
	free(text);
}
END_TEST

/* @text is @seconds ago, or a second more. */
static void is_ago(const char *text, __u64 seconds)
{
	__u64 ns, now = clock_boottime();

	ck_assert_int_eq(clock_parse(text, &ns), 0);
	if (seconds * 1000000000 > now)
		ck_assert_uint_eq(ns, 0);
	else
		ck_assert_uint_lt(now - seconds * 1000000000 + 1000000000 - ns, 3000000000ULL);
}

START_TEST(moments)
{
	static const char *const none[] = { "",
					    "x",
					    "10",
					    "1w",
					    "-1s",
					    "@",
					    "@x",
					    "@1s",
					    "m",
					    "1 m",
					    "2022-02-30x",
					    "2022-02-30",
					    "2022-04-31T00:00:00Z",
					    "2022-02-11T11:23:58ZZ",
					    "99999999999d",
					    "9223372037s",
					    "@9223372037",
					    "2600-01-01" };
	time_t then = seconds(CLOCK_REALTIME) - 100;
	char text[64];
	struct tm tm;
	__u64 ns;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(clock_parse(none[i], &ns) == -EINVAL, "'%s'", none[i]);
	is_ago("100s", 100);
	is_ago("2m", 120);
	is_ago("1h", 3600);
	is_ago("9999d", 9999ULL * 86400);
	/* In ns that is more than 64 bits hold, by half an hour. */
	ck_assert_int_eq(clock_parse("213504d", &ns), 0);
	ck_assert_uint_eq(ns, 0);
	/* From what is to come on there is nothing, also of 2038 and later. */
	ck_assert_int_eq(clock_parse("@4102444800", &ns), 0);
	ck_assert_uint_gt(ns, seconds(CLOCK_BOOTTIME) * 1000000000ULL);
	ck_assert_int_eq(clock_parse("2100-01-01", &ns), 0);
	ck_assert_uint_gt(ns, seconds(CLOCK_BOOTTIME) * 1000000000ULL);
	snprintf(text, sizeof(text), "@%lld", (long long)then);
	is_ago(text, 100);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &tm));
	is_ago(text, 100);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", localtime_r(&then, &tm));
	is_ago(text, 100);
	ck_assert_int_eq(clock_parse("2022-02-11", &ns), 0);
	ck_assert_uint_eq(ns, 0);
}
END_TEST

Suite *events_suite(void)
{
	Suite *suite = suite_create("events");
	TCase *tests = tcase_create("events");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, forms);
	tcase_add_test(tests, absent_fields);
	tcase_add_test(tests, words_of_a_program);
	tcase_add_test(tests, executed);
	tcase_add_test(tests, hostile_names);
	tcase_add_test(tests, whence);
	tcase_add_test(tests, paths);
	tcase_add_test(tests, containers);
	tcase_add_test(tests, utf8);
	tcase_add_test(tests, times);
	tcase_add_test(tests, moments);
	suite_add_tcase(suite, tests);
	return suite;
}
