/* One deadline for all that a request waits for, and nothing committed for a service that has left. */
#include "support/change_stage.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <liberations/attempt.h>
#include <liberations/token.h>

/* The service is gone after `stays` looks. */
struct service {
	unsigned stays, looks;
};

static bool has_left(void *context)
{
	struct service *service = context;

	return service->looks++ >= service->stays;
}

static int64_t from_now_ms(int64_t wait_ms)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + wait_ms;
}

static struct lbr_counters counters_of(const char *name)
{
	struct lbr_locked_account locked = {0};
	struct lbr_counters counters;

	lbr_store_set_deadline(scratch.store, NULL);
	ck_assert_int_eq(lbr_account_lock(scratch.store, name, &locked, NULL), LBR_OK);
	counters = locked.counters;
	lbr_account_release(&locked);
	return counters;
}

/* Ten waits of LBR_LOCK_WAIT_MS would take 20 seconds, and this test has four. */
START_TEST(all_waits_end_together)
{
	const struct lbr_deadline deadline = { .until_ms = from_now_ms(100) };
	struct lbr_locked_account mine = {0}, other = {0};
	struct lbr_store *second = NULL;
	struct lbr_reason reason = { .text = "" };
	int i;

	enroll("waits", 1);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, &second, NULL), LBR_OK);
	ck_assert_int_eq(lbr_account_lock(second, "waits", &other, NULL), LBR_OK);
	lbr_store_set_deadline(scratch.store, &deadline);
	for (i = 0; i < 10; i++)
		ck_assert_int_eq(lbr_account_lock(scratch.store, "waits", &mine, &reason), LBR_ERR_BUSY);
	ck_assert_ptr_nonnull(strstr(reason.text, "deadline"));
	lbr_account_release(&other);
	ck_assert_int_eq(lbr_account_lock(scratch.store, "waits", &mine, NULL), LBR_OK); /* what is free needs no wait */
	lbr_account_release(&mine);
	lbr_store_close(second);
}
END_TEST

START_TEST(a_service_that_has_left_locks_nothing)
{
	struct service service = { .stays = 0 };
	const struct lbr_deadline deadline = { from_now_ms(60000), has_left, &service };
	struct lbr_locked_account locked = {0};

	enroll("gone", 1);
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_account_lock(scratch.store, "gone", &locked, NULL), LBR_ERR_BUSY);
	ck_assert_ptr_null(locked.impl);
	ck_assert_int_eq(lbr_account_lock_decoy(scratch.store, "nobody", &locked, NULL), LBR_ERR_BUSY);
	service.stays = 2;
	service.looks = 1;
	ck_assert_int_eq(lbr_account_lock(scratch.store, "gone", &locked, NULL), LBR_OK);
	lbr_account_unlock(&locked);
	ck_assert_int_eq(lbr_account_relock(&locked, NULL), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_account_commit_counters(&locked, NULL), LBR_ERR_INTERNAL); /* the lock went back */
	lbr_account_release(&locked);
}
END_TEST

/* Both parts right. The service leaves while the password is hashed. */
START_TEST(no_sign_in_is_recorded_for_a_service_that_has_left)
{
	struct service service = { .stays = 1 };
	const struct lbr_deadline deadline = { from_now_ms(60000), has_left, &service };
	struct lbr_secret password = numbered(1), code = {0};
	struct lbr_attempt attempt = {.name = "left", .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH,
	                              .now_s = BORN};
	unsigned char key[LBR_TOKEN_KEY_LEN];
	char digits[LBR_CODE_DIGITS + 1];
	struct lbr_outcome outcome;
	size_t i;

	enroll("left", 1);
	for (i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)(i + 1);
	ck_assert_int_eq(lbr_token_code(key, lbr_token_step(BORN), digits), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&code, digits, strlen(digits)), LBR_OK);
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, NULL), LBR_ERR_BUSY);
	ck_assert_int_eq(outcome.verdict, LBR_DENY);
	ck_assert_int_eq(counters_of("left").last_step, 0);
	ck_assert_int_eq(counters_of("left").last_sign_in_s, 0);
	ck_assert_uint_eq(counters_of("left").lanes[LBR_LANE_STRANGER].password_failures, 0); /* it heard nothing either */
	ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, NULL), LBR_OK);
	ck_assert_int_eq(outcome.verdict, LBR_ALLOW); /* the code was not used up */
	lbr_outcome_wipe(&outcome);
}
END_TEST

START_TEST(no_password_changes_for_a_service_that_has_left)
{
	struct service service = { .stays = 0 };
	const struct lbr_deadline deadline = { from_now_ms(60000), has_left, &service };
	struct lbr_secret fresh = numbered(2);
	struct lbr_change change = { .name = "change", .generation = 1, .password = &fresh, .now_s = BORN + DAY };
	struct lbr_locked_account locked = {0};
	uint64_t generation;

	enroll("change", 1);
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &generation, NULL), LBR_ERR_BUSY);
	lbr_store_set_deadline(scratch.store, NULL);
	ck_assert_int_eq(lbr_account_lock(scratch.store, "change", &locked, NULL), LBR_OK);
	ck_assert_uint_eq(locked.account.generation, 1);
	ck_assert_int_eq(locked.account.password_set_s, BORN);
	lbr_account_release(&locked);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("deadline");
	TCase *one = tcase_create("deadline");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, enter, NULL);
	tcase_add_test(one, all_waits_end_together);
	tcase_add_test(one, a_service_that_has_left_locks_nothing);
	tcase_add_test(one, no_sign_in_is_recorded_for_a_service_that_has_left);
	tcase_add_test(one, no_password_changes_for_a_service_that_has_left);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
