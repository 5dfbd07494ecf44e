// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel's texts say about preemption; each was printed by a Debian kernel but where said.
 */
#include <check.h>

#include "kernel/preemption.h"

Suite *preemption_suite(void);

static const struct {
	const char *version, *modes;
	enum preemption preemption;
} texts[] = {
	{ "#1 SMP Debian 5.10.223-1 (2024-08-10)", "", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_RT Debian 5.10.223-1 (2024-08-10)", "", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "none (voluntary) full ", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "(none) voluntary full ", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "none voluntary (full) ", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "desktop", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "server", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "preempt", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1", "", PREEMPTION_UNKNOWN },
	{ "#1 SMP PREEMPT_RT Debian 6.12.117-1", "full (lazy) laziest ", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_RT Debian 6.12.117-1", "", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.18.15-1", "none voluntary full (lazy) ", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.18.15-1", "(none) voluntary full lazy ",
	  PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.18.15-1", "PREEMPT(lazy)", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1", "full (lazy) ", PREEMPTION_ON },
	/* Not Debian's: built for one mode, a mode that is not known yet, none that is on. */
	{ "#1 SMP PREEMPT Fri", "", PREEMPTION_ON },
	{ "#1 PREEMPT_LAZY Fri", "", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC", "none voluntary full (later) ", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC", "none voluntary full ", PREEMPTION_ON },
	{ "#1 SMP PREEMPT_DYNAMIC", "PREEMPT(voluntary)", PREEMPTION_OFF },
	{ "#1 SMP PREEMPT_RT", "PREEMPT_{RT,(none)}", PREEMPTION_ON },
};

START_TEST(preemption)
{
	ck_assert_int_eq(preemption_of(texts[_i].version, texts[_i].modes), texts[_i].preemption);
}
END_TEST

Suite *preemption_suite(void)
{
	Suite *suite = suite_create("preemption");
	TCase *tests = tcase_create("texts");

	tcase_add_loop_test(tests, preemption, 0, sizeof(texts) / sizeof(texts[0]));
	suite_add_tcase(suite, tests);
	return suite;
}
