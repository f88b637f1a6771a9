/* When a password must change, and when it may: every boundary at -1 s, 0 and +1 s, and clocks that are wrong. */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <liberations/expiry.h>

#include "support/check_main.h"

#define DAY INT64_C(86400)
#define SET INT64_C(1900000000) /* after any day on which this is compiled */

static struct lbr_settings settings;

static void set_up(void)
{
	lbr_settings_default(&settings);
}

static struct lbr_account own_since(int64_t set_s)
{
	return (struct lbr_account){ .password_kind = LBR_PASSWORD_OWN, .password_set_s = set_s };
}

static bool is_due(int64_t set_s, int64_t now_s)
{
	struct lbr_account account = own_since(set_s);

	return lbr_expiry_is_due(&account, &settings, now_s);
}

static bool is_too_soon(int64_t set_s, int64_t now_s)
{
	struct lbr_account account = own_since(set_s);

	return lbr_expiry_is_too_soon(&account, &settings, now_s);
}

START_TEST(six_months_are_due_to_the_second)
{
	int64_t end = lbr_password_expires_at(SET, settings.max_age);

	ck_assert(!is_due(SET, SET - 1) && !is_due(SET, SET) && !is_due(SET, SET + 1));
	ck_assert(!is_due(SET, end - 1) && is_due(SET, end) && is_due(SET, end + 1));
	settings.max_age = (struct lbr_age){ LBR_AGE_DAYS, 30 };
	ck_assert(!is_due(SET, SET + 30 * DAY - 1) && is_due(SET, SET + 30 * DAY) && is_due(SET, SET + 30 * DAY + 1));
	settings.max_age = (struct lbr_age){ LBR_AGE_NEVER, 0 };
	ck_assert(!is_due(SET, INT64_MAX));
}
END_TEST

START_TEST(sec_1_28_a_clock_before_the_last_change_demands_and_forbids_nothing)
{
	static const int64_t clocks[] = { INT64_MIN, -1, 0, 1, SET - DAY, SET - 1 };
	size_t at;

	for (at = 0; at < 6; at++) {
		ck_assert(!is_due(SET, clocks[at]));
		ck_assert(!is_too_soon(SET, clocks[at])); /* nor does it keep anybody from changing */
	}
}
END_TEST

/* A password of 1990, and a clock that stands at any time before this program was made: the clock is wrong. */
START_TEST(sec_1_28_a_clock_before_the_build_expires_nobody)
{
	static const int64_t clocks[] = { INT64_MIN, 0, 662688000, 946684800, 1600000000, 1735689600 };
	int64_t day;
	size_t at;

	for (at = 0; at < 6; at++)
		ck_assert(!is_due(631152000, clocks[at]));
	ck_assert(is_due(631152000, (int64_t)time(NULL)));
	ck_assert(!is_due(631152000, (int64_t)time(NULL) - 3650 * DAY));
	/* Somewhere between there is one day from which on the clock is believed. */
	for (day = (int64_t)time(NULL); is_due(631152000, day); day -= DAY)
		;
	for (at = 0; at < 400; at++)
		ck_assert(!is_due(631152000, day - (int64_t)at * DAY));
}
END_TEST

START_TEST(temporary_and_forced_are_due_whatever_the_clock_says)
{
	static const int64_t clocks[] = { INT64_MIN, 0, SET - 1, SET, SET + 1, INT64_MAX };
	struct lbr_account temporary = own_since(SET), forced = own_since(SET);
	size_t at;

	settings.max_age = (struct lbr_age){ LBR_AGE_NEVER, 0 };
	temporary.password_kind = LBR_PASSWORD_TEMPORARY;
	forced.must_change = true;
	for (at = 0; at < 6; at++) {
		ck_assert(lbr_expiry_is_due(&temporary, &settings, clocks[at]));
		ck_assert(lbr_expiry_is_due(&forced, &settings, clocks[at]));
		ck_assert(!lbr_expiry_is_too_soon(&temporary, &settings, clocks[at]));
		ck_assert(!lbr_expiry_is_too_soon(&forced, &settings, clocks[at]));
	}
}
END_TEST

START_TEST(a_day_must_pass_to_the_second)
{
	ck_assert(!is_too_soon(SET, SET - 1) && is_too_soon(SET, SET) && is_too_soon(SET, SET + 1));
	ck_assert(is_too_soon(SET, SET + DAY - 1) && !is_too_soon(SET, SET + DAY) && !is_too_soon(SET, SET + DAY + 1));
	settings.min_age_s = 0;
	ck_assert(!is_too_soon(SET, SET));
	settings.min_age_s = 30 * (unsigned)DAY; /* longer than the password lasts: who must may */
	settings.max_age = (struct lbr_age){ LBR_AGE_DAYS, 10 };
	ck_assert(is_too_soon(SET, SET + 10 * DAY - 1) && !is_too_soon(SET, SET + 10 * DAY));
}
END_TEST

START_TEST(days_left_change_at_the_second)
{
	static const struct lbr_age ten = { LBR_AGE_DAYS, 10 };
	int64_t left;

	for (left = 1; left <= 10; left++) {
		int64_t edge = SET + (10 - left) * DAY; /* from here on `left` days are left */

		ck_assert_int_eq(lbr_password_days_left(SET, ten, edge - 1), left + 1);
		ck_assert_int_eq(lbr_password_days_left(SET, ten, edge), left);
		ck_assert_int_eq(lbr_password_days_left(SET, ten, edge + 1), left);
	}
	ck_assert_int_eq(lbr_password_days_left(SET, ten, SET + 10 * DAY - 1), 1);
	ck_assert_int_eq(lbr_password_days_left(SET, ten, SET + 10 * DAY), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("calendar_more");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, six_months_are_due_to_the_second);
	tcase_add_test(tests, sec_1_28_a_clock_before_the_last_change_demands_and_forbids_nothing);
	tcase_add_test(tests, sec_1_28_a_clock_before_the_build_expires_nobody);
	tcase_add_test(tests, temporary_and_forced_are_due_whatever_the_clock_says);
	tcase_add_test(tests, a_day_must_pass_to_the_second);
	tcase_add_test(tests, days_left_change_at_the_second);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
