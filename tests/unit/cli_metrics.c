/* What `metrics` counts of an account: ages and their buckets, states, keys, and what cannot be read. */
#include "../../cli/verb/metrics.h"

#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

#define NOW  INT64_C(1800000000)
#define DAY  INT64_C(86400)

static struct lbr_settings settings;
static struct lbr_account account;
static struct lbr_counters counters;
static struct metrics metrics;

static void begin(void)
{
	settings = (struct lbr_settings){ .max_age = { LBR_AGE_NEVER, 0 }, .lock_after = 100 };
	account = (struct lbr_account){ .password_kind = LBR_PASSWORD_OWN, .password_set_s = NOW - DAY };
	counters = (struct lbr_counters){ .last_sign_in_s = NOW - DAY };
	metrics = (struct metrics){ .settings = &settings, .now_s = NOW };
	memcpy(account.token.key_id, "00000001", LBR_KEY_ID_LEN + 1);
}

static void count(void)
{
	ck_assert_int_eq(cli_metrics_count(&metrics, "alice", &account, &counters, NULL), 0);
}

static const struct { int64_t age_s; unsigned bucket; } ages[] = {
	{ 0, 0 }, { DAY, 0 }, { DAY + 1, 1 }, { 7 * DAY, 1 }, { 7 * DAY + 1, 2 }, { 30 * DAY + 1, 3 }, { 90 * DAY + 1, 4 },
	{ 365 * DAY, 4 }, { 365 * DAY + 1, 5 }, { -5 * DAY, 0 }, /* the clock was set back */
};

START_TEST(each_sign_in_has_one_bucket)
{
	unsigned at;

	begin();
	counters.last_sign_in_s = NOW - ages[_i].age_s;
	count();
	for (at = 0; at < METRICS_BUCKETS; at++)
		ck_assert_uint_eq(metrics.signed_in[at], at == ages[_i].bucket);
	ck_assert_int_eq(metrics.signed_in_sum_s, ages[_i].age_s > 0 ? ages[_i].age_s : 0);
	ck_assert_uint_eq(metrics.never, 0);
}
END_TEST

START_TEST(the_oldest_is_kept)
{
	begin();
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW + DAY;
	counters.last_sign_in_s = 0;
	counters.raised[1].at_s = NOW - 50;
	count();
	account.password_set_s = NOW - 9 * DAY;
	counters.raised[1].at_s = NOW - 70;
	counters.raised[2].at_s = NOW - 60;
	count();
	account.password_set_s = NOW - 3 * DAY;
	count();
	ck_assert_int_eq(metrics.oldest_invitation_s, 9 * DAY);
	ck_assert_int_eq(metrics.oldest_notice_s, 70);
	ck_assert_uint_eq(metrics.notices, 5);
	ck_assert_uint_eq(metrics.never, 3);
	ck_assert_uint_eq(metrics.states[STANDING_INVITED], 3);
	ck_assert_uint_eq(metrics.active, 0);
}
END_TEST

static const struct { int64_t left_s; unsigned soon; } ends[] = {
	{ METRICS_SOON_S + 1, 0 }, { METRICS_SOON_S, 1 }, { 1, 1 }, { 0, 0 }, { -1, 0 },
};

/* The last second of a temporary password counts; one that is over is expired, and no longer about to. */
START_TEST(what_ends_soon)
{
	begin();
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW + ends[_i].left_s;
	count();
	ck_assert_uint_eq(metrics.soon, ends[_i].soon);
}
END_TEST

START_TEST(keys_are_counted_once)
{
	unsigned at;

	begin();
	for (at = 0; at < 3; at++) {
		count();
		memcpy(account.token.key_id, at == 0 ? "00000002" : "00000001", LBR_KEY_ID_LEN + 1);
	}
	ck_assert_uint_eq(metrics.key_count, 2);
	for (at = 0; at < 2 * METRICS_KEYS; at++) { /* more than there is room for */
		snprintf(account.token.key_id, sizeof(account.token.key_id), "%08x", at + 16);
		count();
	}
	ck_assert_uint_eq(metrics.key_count, METRICS_KEYS);
}
END_TEST

START_TEST(what_cannot_be_read_is_damaged)
{
	begin();
	ck_assert_int_eq(cli_metrics_count(&metrics, "alice", NULL, NULL, NULL), 0);
	ck_assert_int_eq(cli_metrics_count(&metrics, "alice", &account, NULL, NULL), 0);
	ck_assert_uint_eq(metrics.damaged, 2);
	ck_assert_uint_eq(metrics.accounts, 0);
	count();
	ck_assert_uint_eq(metrics.accounts, 1);
	ck_assert_uint_eq(metrics.active, 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_metrics");
	TCase *test = tcase_create("cli_metrics");

	tcase_add_loop_test(test, each_sign_in_has_one_bucket, 0, sizeof(ages) / sizeof(ages[0]));
	tcase_add_test(test, the_oldest_is_kept);
	tcase_add_loop_test(test, what_ends_soon, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(test, keys_are_counted_once);
	tcase_add_test(test, what_cannot_be_read_is_damaged);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
