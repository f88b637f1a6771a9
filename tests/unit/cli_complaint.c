/* What fails each minute fills no log, and is not forgotten either. */
#include <string.h>

#include "../../cli/complaint.h"
#include "support/check_main.h"

START_TEST(first_another_and_hourly)
{
	struct complaint last = { .told_s = 0 };
	int64_t now_s;
	unsigned told = 0;

	ck_assert(cli_complaint_is_news(&last, "disk full", 7));
	for (now_s = 67; now_s < 7 + COMPLAINT_AGAIN_S; now_s += 60)
		ck_assert(!cli_complaint_is_news(&last, "disk full", now_s));
	ck_assert(cli_complaint_is_news(&last, "read-only", now_s - 60));
	ck_assert(cli_complaint_is_news(&last, "disk full", now_s - 60));
	for (; now_s < 7 + 24 * COMPLAINT_AGAIN_S; now_s += 60)
		told += cli_complaint_is_news(&last, "disk full", now_s);
	ck_assert_uint_eq(told, 23);
}
END_TEST

START_TEST(a_long_reason_is_the_same_one)
{
	struct complaint last = { .told_s = 0 };
	char reason[2 * COMPLAINT_MAX];

	memset(reason, 'x', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	ck_assert(cli_complaint_is_news(&last, reason, 1));
	ck_assert(!cli_complaint_is_news(&last, reason, 2));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_complaint");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, first_another_and_hourly);
	tcase_add_test(tests, a_long_reason_is_the_same_one);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
