// SPDX-License-Identifier: GPL-2.0-only
/* Records as lines: exact forms, and names that try to pass for something else. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "describe.h"
#include "escape.h"
#include "events.h"

static struct operations ops;
static struct records_entry entry;
static struct events_format format = { "kimglock", &ops };

static void setup(void)
{
	static const struct operation_phrase phrases[] = { { "dev_mem", "", "/dev/mem,kmem,port" },
							   { 0 } };

	memset(&ops, 0, sizeof(ops));
	operations_add(&ops, 2, "dev_mem", "integrity");
	operations_describe(&ops, phrases, "lsm_locked_down");
	memset(&entry, 0, sizeof(entry));
	entry.key = (struct record_key){ 1, 70902, 2, VERDICT_DENY_BASELINE };
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
	expect(false, " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
		      "tgid=70902 pid=70902 ppid=70895 uid=0 cgroupid=7014 comm=head pcomm=bash "
		      "retval=-1 reason=denied (baseline)\" bpfprog=kimglock subsys=bpf\n");
	expect(true, ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
		     "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
		     "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,\"comm\":\"head\","
		     "\"pcomm\":\"bash\",\"retval\":-1,\"reason\":\"denied (baseline)\"}\n");
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
	expect(false, " level=info msg=\"event=lsm_locked_down operation=/dev/mem,kmem,port "
		      "tgid=70902 pid=70902 uid=0 comm=head filename=x.ko retval=0 "
		      "reason=audit (restricted) count=7\" bpfprog=kimglock subsys=bpf\n");
	entry.key.operation = 999;
	entry.key.verdict = 999;
	expect(false, " level=info msg=\"event=unknown operation=unknown "
		      "tgid=70902 pid=70902 uid=0 comm=head filename=x.ko retval=-1 "
		      "reason=unknown count=7\" bpfprog=kimglock subsys=bpf\n");
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
	       "pcomm=0123456789abcdef retval=-1 reason=denied (baseline)\" bpfprog=kimglock "
	       "subsys=bpf\n");
	expect(true, ",\"subsys\":\"bpf\",\"bpfprog\":\"kimglock\",\"event\":\"lsm_locked_down\","
		     "\"operation\":\"/dev/mem,kmem,port\",\"tgid\":70902,\"pid\":70902,"
		     "\"ppid\":70895,\"uid\":0,\"cgroupid\":7014,"
		     "\"comm\":\"a b=\\u0022c\\u005c\\u000a\\u001b[2J\\ufffd\\u007f\","
		     "\"pcomm\":\"0123456789abcdef\",\"retval\":-1,"
		     "\"reason\":\"denied (baseline)\"}\n");
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
	describe_time(stream, (__u64)(boot.tv_sec - 100) * 1000000000 + (__u64)boot.tv_nsec);
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

Suite *events_suite(void)
{
	Suite *suite = suite_create("events");
	TCase *tests = tcase_create("events");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, forms);
	tcase_add_test(tests, absent_fields);
	tcase_add_test(tests, hostile_names);
	tcase_add_test(tests, utf8);
	tcase_add_test(tests, times);
	suite_add_tcase(suite, tests);
	return suite;
}
