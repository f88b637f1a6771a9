/* When a password expires: every day of 1970 to 2106 against python3's calendar, and the edges. */
#include <stdint.h>
#include <stdlib.h>

#include <liberations/calendar.h>

#include "support/check_main.h"
#include "support/child.h"

#define DAY INT64_C(86400)
#define DAYS 50038 /* 1970-01-01 to 2106-12-31 */

static const char python[] =
	"import calendar, datetime\n"
	"epoch = datetime.date(1970, 1, 1)\n"
	"for n in range(50038):\n"
	"    d = epoch + datetime.timedelta(n)\n"
	"    y, m = divmod(d.year * 12 + d.month - 1 + 6, 12)\n"
	"    print((datetime.date(y, m + 1, min(d.day, calendar.monthrange(y, m + 1)[1])) - epoch).days)\n";

START_TEST(six_months_after_every_day_until_2107_is_what_python_says)
{
	static const struct lbr_age six = { LBR_AGE_MONTHS, 6 };
	static const char *const argv[] = { "python3", "-c", python, NULL };
	char *answers = run_child(argv, "", 0), *at = answers;
	int64_t day, time_s, expected;

	ck_assert_ptr_nonnull(answers);
	for (day = 0; day < DAYS; day++) {
		time_s = day * DAY + day % DAY; /* the time of day varies too */
		expected = strtoll(at, &at, 10) * DAY + day % DAY;
		if (lbr_calendar_add_months(time_s, 6) != expected)
			ck_abort_msg("day %lld", (long long)day);
		if (lbr_password_is_expired(time_s, six, expected - 1) || !lbr_password_is_expired(time_s, six, expected) ||
		    !lbr_password_is_expired(time_s, six, expected + 1))
			ck_abort_msg("boundary of day %lld", (long long)day);
	}
	ck_assert_str_eq(at, "\n");
	free(answers);
}
END_TEST

static const struct { int64_t from; unsigned months; int64_t to; } rows[] = {
	{ 0, 0, 0 }, { 0, 1, 31 * DAY }, { 0, 12, 365 * DAY }, { 951782400, 12, 983318400 }, /* 2000-02-29 */
	{ 1693440000, 6, 1709164800 }, /* 2023-08-31 => 2024-02-29 */
	{ 1661904000, 6, 1677542400 }, /* 2022-08-31 => 2023-02-28 */
	{ 1709251199, 12, 1740787199 }, /* 2024-02-29 23:59:59 => 2025-02-28 23:59:59 */
	{ 4107456000, 12, 4138992000 }, /* 2100-02-28 => 2101-02-28: 2100 has no leap day */
	{ -1, 1, 31 * DAY - 1 }, { -DAY, 1, 30 * DAY }, { -1, 0, -1 },
	{ -12219292800, 1, -12216614400 }, /* 1582-10-15: the calendar is Gregorian throughout */
	{ -62167219200, 2, -62162035200 }, /* 0000-01-01, a leap year => 0000-03-01 */
	{ 0, 1200, INT64_C(3155760000) }, { 2147483647, 6, 2147483647 + 181 * DAY }, { 4294967295, 1, 4294967295 + 28 * DAY },
	{ INT64_MAX, 0, INT64_MAX }, { INT64_MAX, 1, INT64_MAX }, { INT64_MAX - 27 * DAY, 1, INT64_MAX },
	{ INT64_MIN, 0, INT64_MIN }, { INT64_MAX, 4294967295u, INT64_MAX },
};

START_TEST(months_are_added_at_the_edges)
{
	ck_assert_int_eq(lbr_calendar_add_months(rows[_i].from, rows[_i].months), rows[_i].to);
}
END_TEST

START_TEST(months_never_lead_backwards)
{
	static const unsigned months[] = { 0, 1, 6, 1200, 4294967295u };
	int64_t time_s;
	size_t at;

	for (at = 0; at < 5; at++) {
		for (time_s = INT64_MIN; time_s < INT64_MAX - (INT64_C(1) << 51); time_s += INT64_C(1) << 51)
			ck_assert_int_ge(lbr_calendar_add_months(time_s, months[at]), time_s);
		ck_assert_int_ge(lbr_calendar_add_months(INT64_MIN, months[at]), INT64_MIN + months[at] * 28 * DAY);
	}
}
END_TEST

START_TEST(days_and_never)
{
	static const struct lbr_age never = { LBR_AGE_NEVER, 0 }, month = { LBR_AGE_DAYS, 30 };
	static const struct lbr_age wrong = { (enum lbr_age_unit)9, 30 };

	ck_assert_int_eq(lbr_password_expires_at(1000, never), INT64_MAX);
	ck_assert(!lbr_password_is_expired(1000, never, INT64_MAX));
	ck_assert_int_eq(lbr_password_expires_at(1000, month), 1000 + 30 * DAY);
	ck_assert_int_eq(lbr_password_expires_at(INT64_MAX - 5, month), INT64_MAX);
	ck_assert(!lbr_password_is_expired(1000, month, 999 + 30 * DAY));
	ck_assert(lbr_password_is_expired(1000, month, 1000 + 30 * DAY));
	ck_assert(lbr_password_is_expired(1000, wrong, 1000));
}
END_TEST

START_TEST(sec_1_28_a_clock_before_the_last_change_expires_nobody)
{
	static const struct lbr_age ages[] = { { LBR_AGE_MONTHS, 1 }, { LBR_AGE_DAYS, 1 }, { LBR_AGE_NEVER, 0 } };
	static const int64_t clocks[] = { INT64_MIN, -1, 0, 1, 1699999999 };
	size_t i, j;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 5; j++)
			ck_assert(!lbr_password_is_expired(1700000000, ages[i], clocks[j]));
}
END_TEST

START_TEST(days_left_are_rounded_up)
{
	static const struct lbr_age never = { LBR_AGE_NEVER, 0 }, ten = { LBR_AGE_DAYS, 10 };

	ck_assert_int_eq(lbr_password_days_left(0, never, 0), -1);
	ck_assert_int_eq(lbr_password_days_left(0, ten, 0), 10);
	ck_assert_int_eq(lbr_password_days_left(0, ten, 1), 10);
	ck_assert_int_eq(lbr_password_days_left(0, ten, DAY), 9);
	ck_assert_int_eq(lbr_password_days_left(0, ten, 9 * DAY), 1);
	ck_assert_int_eq(lbr_password_days_left(0, ten, 10 * DAY - 1), 1);
	ck_assert_int_eq(lbr_password_days_left(0, ten, 10 * DAY), 0);
	ck_assert_int_eq(lbr_password_days_left(0, ten, INT64_MAX), 0);
	ck_assert_int_eq(lbr_password_days_left(0, ten, -1), 11);
	ck_assert_int_eq(lbr_password_days_left(INT64_MAX, ten, INT64_MIN), INT64_C(213503982334602));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("calendar");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, six_months_after_every_day_until_2107_is_what_python_says);
	tcase_add_loop_test(tests, months_are_added_at_the_edges, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, months_never_lead_backwards);
	tcase_add_test(tests, days_and_never);
	tcase_add_test(tests, sec_1_28_a_clock_before_the_last_change_expires_nobody);
	tcase_add_test(tests, days_left_are_rounded_up);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
