// SPDX-License-Identifier: GPL-2.0-only
/* Lists, words, groups, namespaces and the decision, without a kernel. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/decision.h"
#include "words/kinds.h"
#include "words/operations.h"
#include "options/options.h"
#include "words/profile.h"

static const struct operation_word aliases[] = { { "both", "three,four" }, { 0 } };
static const struct operation_word groups[] = { { "some", "one,absent,three" }, { 0 } };
static const struct operation_words words = { aliases, groups, NULL };
static struct operations ops;
static char bad[32];

static void setup(void)
{
	memset(&ops, 0, sizeof(ops));
	operations_add(&ops, 1, "one", "low");
	operations_add(&ops, 3, "three", "high");
	operations_add(&ops, 4, "four", "high");
	operations_add(&ops, 127, "last", "low");
	*bad = '\0';
}

static int parse(const char *list, struct operation_set *set)
{
	memset(set, 0, sizeof(*set));
	return operations_parse(&ops, &words, list, set, bad, sizeof(bad));
}

static void expect(const char *list, const char *names)
{
	struct operation_set set;
	char *text;

	ck_assert_int_eq(parse(list, &set), 0);
	text = operations_names(&ops, &set);
	ck_assert_str_eq(text, names);
	free(text);
}

START_TEST(lists)
{
	struct operation_set set;

	expect("one", "one");
	expect("last,one", "one,last");
	expect("both", "three,four");
	expect("some", "one,three");
	expect("high", "three,four");
	expect("all", "one,three,four,last");
	ck_assert_int_eq(parse("", &set), -EINVAL);
	ck_assert_int_eq(parse("one,", &set), -EINVAL);
	ck_assert_int_eq(parse(",one", &set), -EINVAL);
	ck_assert_int_eq(parse("one,,four", &set), -EINVAL);
	ck_assert_int_eq(parse("One", &set), -ENOENT);
	ck_assert_str_eq(bad, "One");
	ck_assert_int_eq(parse("on", &set), -ENOENT);
	ck_assert_int_eq(parse("absent", &set), -ENOENT);
	ck_assert_int_eq(parse("ones", &set), -ENOENT);
	ck_assert_int_eq(parse("oneoneoneoneoneoneoneoneoneoneoneoneoneone", &set), -ENOENT);
	ck_assert_uint_eq(strlen(bad), sizeof(bad) - 1);
}
END_TEST

START_TEST(exceptions_of_lists)
{
	struct operation_set set = { 0 };

	ck_assert_int_eq(parse(" one ,\tthree", &set), 0);
	ck_assert(operation_set_has(&set, 1) && operation_set_has(&set, 3));
	set = (struct operation_set){ 0 };
	ck_assert_int_eq(parse("all, -one", &set), 0);
	ck_assert(!operation_set_has(&set, 1) && operation_set_has(&set, 3));
	/* Only of what comes before, in the same list. */
	ck_assert_int_eq(parse("three,-three,three", &set), 0);
	ck_assert(operation_set_has(&set, 3));
	ck_assert_int_eq(parse("three,-all", &set), 0);
	ck_assert(!operation_set_has(&set, 3));
	ck_assert_int_eq(parse("-one", &set), -ENOENT);
	ck_assert_str_eq(bad, "-one");
	ck_assert_int_eq(parse("all,-absent", &set), -ENOENT);
	ck_assert_str_eq(bad, "-absent");
	ck_assert_int_eq(parse("all,-", &set), -EINVAL);
	ck_assert_int_eq(parse("one, ,three", &set), -EINVAL);
	ck_assert_int_eq(parse("on e", &set), -ENOENT);
}
END_TEST

START_TEST(profiles)
{
	ck_assert_int_eq(profile_find("allow"), PROFILE_ALLOW);
	ck_assert_int_eq(profile_find("none"), PROFILE_ALLOW);
	ck_assert_int_eq(profile_find("privileged"), PROFILE_ALLOW);
	ck_assert_int_eq(profile_find("baseline"), PROFILE_BASELINE);
	ck_assert_int_eq(profile_find("restrict"), PROFILE_BASELINE);
	ck_assert_int_eq(profile_find("restricted"), PROFILE_RESTRICTED);
	ck_assert_int_eq(profile_find("deny"), PROFILE_RESTRICTED);
	ck_assert_int_eq(profile_find("restric"), 0);
	ck_assert_int_eq(profile_find("Deny"), 0);
	ck_assert_int_eq(profile_find(""), 0);
	ck_assert_str_eq(profile_name(PROFILE_BASELINE), "baseline");
}
END_TEST

START_TEST(namespaces)
{
	uint32_t kinds = 0;
	char text[64];

	ck_assert_int_eq(kinds_parse(KINDS_WORDS, &kinds, bad, sizeof(bad)), 0);
	ck_assert_uint_eq(kinds, 0xff);
	kinds = 0;
	ck_assert_int_eq(kinds_parse("net,pid", &kinds, bad, sizeof(bad)), 0);
	kinds_names(kinds, text, sizeof(text));
	ck_assert_str_eq(text, "pid,net");
	ck_assert_int_eq(kinds_parse("pi", &kinds, bad, sizeof(bad)), -ENOENT);
	ck_assert_int_eq(kinds_parse("pidx", &kinds, bad, sizeof(bad)), -ENOENT);
	ck_assert_int_eq(kinds_parse("pid,", &kinds, bad, sizeof(bad)), -EINVAL);
}
END_TEST

START_TEST(decisions)
{
	struct policy policy = { .profile = PROFILE_BASELINE };

	operation_set_add(&policy.allow, 3);
	operation_set_add(&policy.block, 4);
	operation_set_add(&policy.uncovered, 5);
	ck_assert_int_eq(decision(&policy, 1, true), VERDICT_ALLOW_BASELINE);
	ck_assert_int_eq(decision(&policy, 1, false), VERDICT_DENY_BASELINE);
	ck_assert_int_eq(decision(&policy, 3, true), VERDICT_ALLOW_BASELINE);
	ck_assert_int_eq(decision(&policy, 3, false), VERDICT_ALLOW_EXCEPTION);
	ck_assert_int_eq(decision(&policy, 4, true), VERDICT_DENY_BLOCKED);
	ck_assert_int_eq(decision(&policy, 4000, false), VERDICT_DENY_BASELINE);
	/* Two at once: a block of either, else an exception of either, else what both say. */
	ck_assert_int_eq(decision_both(&policy, 1, 4, true), VERDICT_DENY_BLOCKED);
	ck_assert_int_eq(decision_both(&policy, 4, 3, false), VERDICT_DENY_BLOCKED);
	ck_assert_int_eq(decision_both(&policy, 1, 3, false), VERDICT_ALLOW_EXCEPTION);
	ck_assert_int_eq(decision_both(&policy, 3, 1, false), VERDICT_ALLOW_EXCEPTION);
	ck_assert_int_eq(decision_both(&policy, 1, 2, false), VERDICT_DENY_BASELINE);
	ck_assert_int_eq(decision_both(&policy, 1, 3, true), VERDICT_ALLOW_BASELINE);
	ck_assert(decision_concerns(&policy, 1));
	ck_assert(!decision_concerns(&policy, 5));
	operation_set_add(&policy.block, 5);
	ck_assert(decision_concerns(&policy, 5));
	policy.profile = PROFILE_ALLOW;
	ck_assert_int_eq(decision(&policy, 1, false), VERDICT_ALLOW_PRIVILEGED);
	ck_assert_int_eq(decision(&policy, 4, true), VERDICT_DENY_BLOCKED);
	policy.profile = PROFILE_RESTRICTED;
	ck_assert_int_eq(decision(&policy, 1, true), VERDICT_DENY_RESTRICTED);
	ck_assert_int_eq(decision(&policy, 3, false), VERDICT_ALLOW_EXCEPTION);
	ck_assert_int_eq(decision(&policy, 4, true), VERDICT_DENY_BLOCKED);
	policy.profile = 0;
	ck_assert(verdict_denies(decision(&policy, 1, true)));
	ck_assert(verdict_denies(decision(&policy, 3, true)));
	ck_assert(verdict_denies(0));
	ck_assert(verdict_denies(VERDICT_DENY_RO_DEV));
	ck_assert(verdict_denies(VERDICT_AUDIT_RO_DEV + 1));
	ck_assert_int_eq(decision_audit(&policy, VERDICT_DENY_RO), VERDICT_DENY_RO);
	policy.audit = 1;
	ck_assert_int_eq(decision_audit(&policy, VERDICT_DENY_BLOCKED), VERDICT_AUDIT_BLOCKED);
	ck_assert_int_eq(decision_audit(&policy, VERDICT_DENY_RO_DEV), VERDICT_AUDIT_RO_DEV);
	ck_assert_int_eq(decision_audit(&policy, VERDICT_ALLOW_BASELINE), VERDICT_ALLOW_BASELINE);
	ck_assert(!verdict_denies(VERDICT_AUDIT_BASELINE));
	ck_assert(verdict_objects(VERDICT_AUDIT_BASELINE));
	ck_assert(!verdict_denies(VERDICT_ALLOW_EXCEPTION));
}
END_TEST

Suite *events_suite(void);
Suite *words_suite(void);
Suite *kernel_suite(void);
Suite *preemption_suite(void);
Suite *config_suite(void);
Suite *types_suite(void);
Suite *dead_suite(void);

int main(void)
{
	Suite *suite = suite_create("bpflock");
	TCase *tests = tcase_create("common");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, lists);
	tcase_add_test(tests, exceptions_of_lists);
	tcase_add_test(tests, profiles);
	tcase_add_test(tests, namespaces);
	tcase_add_test(tests, decisions);
	suite_add_tcase(suite, tests);
	srunner_add_suite(runner, events_suite());
	srunner_add_suite(runner, words_suite());
	srunner_add_suite(runner, kernel_suite());
	srunner_add_suite(runner, preemption_suite());
	srunner_add_suite(runner, config_suite());
	srunner_add_suite(runner, types_suite());
	srunner_add_suite(runner, dead_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
