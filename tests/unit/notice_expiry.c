/* When a password's age is told: 14, 7, 3 and 1 days before, once it expired, each at most once. */
#include <liberations/notice.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <liberations/notices.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#define SET 1800000000
#define DAY 86400
#define END (SET + 100 * (int64_t)DAY)

static struct lbr_notices *notices;
static struct lbr_settings settings;
static struct lbr_account account;
static struct lbr_reason reason;

static void enter(void)
{
	scratch_enter();
	lbr_settings_default(&settings);
	settings.max_age = (struct lbr_age){ LBR_AGE_DAYS, 100 };
	account = scratch_account("bob");
	account.password_kind = LBR_PASSWORD_OWN;
	account.password_set_s = SET;
	account.invited_until_s = 0;
	ck_assert_int_eq(lbr_notices_make(scratch.state, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notices_open(scratch.state, scratch.keyring, &notices, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notices_drop(notices, "bob", LBR_NOTICE_PASSWORD_EXPIRES, &reason), LBR_OK);
}

/* A daily run: true if it had something to tell, which is then told. */
static bool tell(int64_t now_s)
{
	struct lbr_notice notice;

	ck_assert_msg(lbr_notices_find_expiry(notices, &account, &settings, now_s, &notice, &reason) == LBR_OK, "%s", reason.text);
	if (!lbr_notice_is_due(&notice, now_s))
		return false;
	ck_assert_msg(lbr_notice_mark_sent(notices, &notice, now_s, &reason) == LBR_OK, "%s", reason.text);
	return true;
}

START_TEST(each_stage_begins_at_its_second)
{
	static const struct { int days; unsigned before, at; } borders[] = {
		{ 14, 0, 1 }, { 7, 1, 2 }, { 3, 2, 3 }, { 1, 3, 4 }, { 0, 4, 5 },
	};
	size_t i;

	for (i = 0; i < 5; i++) {
		int64_t at = END - borders[i].days * (int64_t)DAY;

		ck_assert_uint_eq(lbr_notice_stage(&account, &settings, at - 1), borders[i].before);
		ck_assert_uint_eq(lbr_notice_stage(&account, &settings, at), borders[i].at);
		ck_assert_uint_eq(lbr_notice_stage(&account, &settings, at + 1), borders[i].at);
	}
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END + 1000 * (int64_t)DAY), 5);
}
END_TEST

START_TEST(a_run_a_day_tells_five_times)
{
	unsigned told = 0;
	int day;

	for (day = 0; day < 200; day++)
		if (tell(SET + 3600 + day * (int64_t)DAY))
			told++;
	ck_assert_uint_eq(told, 5);
}
END_TEST

START_TEST(a_run_an_hour_tells_five_times)
{
	unsigned told = 0;
	int hour;

	for (hour = 85 * 24; hour < 110 * 24; hour++)
		if (tell(SET + hour * (int64_t)3600))
			told++;
	ck_assert_uint_eq(told, 5);
}
END_TEST

START_TEST(stages_that_nobody_told_in_time_are_passed_over)
{
	ck_assert(tell(END - 2 * DAY));
	ck_assert(!tell(END - 2 * DAY + 60));
	ck_assert(tell(END + 9 * DAY));
	ck_assert(!tell(END + 30 * DAY));
}
END_TEST

START_TEST(a_new_password_begins_anew)
{
	ck_assert(tell(END));
	account.password_set_s = END + 5 * DAY;
	ck_assert(!tell(END + 6 * DAY));
	ck_assert(tell(END + 5 * DAY + 87 * (int64_t)DAY));
}
END_TEST

START_TEST(nobody_hears_whom_it_does_not_concern)
{
	settings.max_age.unit = LBR_AGE_NEVER;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END + DAY), 0);
	settings.max_age.unit = LBR_AGE_DAYS;
	account.disabled = true;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END), 0);
	account.disabled = false;
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = END;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END), 0);
	account.password_kind = LBR_PASSWORD_OWN;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, SET - DAY), 0);
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, SET), 0);
}
END_TEST

START_TEST(the_setting_warn_bounds_how_early)
{
	settings.warn_s = 7 * DAY;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END - 10 * DAY), 0);
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END - 7 * DAY), 2);
	settings.warn_s = 0;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END - 1), 0);
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, END), 5);
}
END_TEST

START_TEST(what_the_administrator_lets_expire_is_told)
{
	account.must_change = true;
	ck_assert_uint_eq(lbr_notice_stage(&account, &settings, SET + DAY), 5);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("notice_expiry");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, each_stage_begins_at_its_second);
	tcase_add_test(tests, a_run_a_day_tells_five_times);
	tcase_add_test(tests, a_run_an_hour_tells_five_times);
	tcase_add_test(tests, stages_that_nobody_told_in_time_are_passed_over);
	tcase_add_test(tests, a_new_password_begins_anew);
	tcase_add_test(tests, nobody_hears_whom_it_does_not_concern);
	tcase_add_test(tests, the_setting_warn_bounds_how_early);
	tcase_add_test(tests, what_the_administrator_lets_expire_is_told);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
