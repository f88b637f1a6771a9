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
	struct lbr_counters counters;
	struct lbr_view view;

	lbr_store_set_deadline(scratch.store, NULL);
	view = scratch_view(name);
	counters = view.counters;
	lbr_view_release(&view);
	return counters;
}

START_TEST(a_service_that_has_left_commits_nothing)
{
	struct service service = { .stays = 0 };
	const struct lbr_deadline deadline = { from_now_ms(60000), has_left, &service };
	struct lbr_view view;

	enroll("gone", 1);
	lbr_store_set_deadline(scratch.store, &deadline);
	view = scratch_view("gone");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_ERR_BUSY);
	lbr_view_release(&view);
	view = scratch_decoy("nobody");
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_ERR_BUSY);
	service.stays = service.looks + 1;
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_OK);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, NULL, NULL), LBR_ERR_BUSY);
	lbr_view_release(&view);
}
END_TEST

/* Both parts right. The service leaves while the password is hashed. */
START_TEST(no_sign_in_is_recorded_for_a_service_that_has_left)
{
	struct service service = { .stays = 0 };
	const struct lbr_deadline deadline = { from_now_ms(60000), has_left, &service };
	struct lbr_secret password = numbered(1), code = {0};
	struct lbr_attempt attempt = {.name = "left", .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH};
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	char digits[LBR_CODE_DIGITS + 1];
	struct lbr_outcome outcome;
	size_t i;

	enroll("left", 1);
	scratch.now_s = BORN;
	for (i = 0; i < LBR_TOKEN_SHORT_LEN; i++)
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
	struct lbr_change change = { .name = "change", .generation = 1, .password = &fresh };
	struct lbr_view view;
	uint64_t generation;

	enroll("change", 1);
	lbr_store_set_deadline(scratch.store, &deadline);
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &generation, NULL), LBR_ERR_BUSY);
	lbr_store_set_deadline(scratch.store, NULL);
	view = scratch_view("change");
	ck_assert_uint_eq(view.account.generation, 1);
	ck_assert_int_eq(view.account.password_set_s, BORN);
	lbr_view_release(&view);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("deadline");
	TCase *one = tcase_create("deadline");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, enter, NULL);
	tcase_add_test(one, a_service_that_has_left_commits_nothing);
	tcase_add_test(one, no_sign_in_is_recorded_for_a_service_that_has_left);
	tcase_add_test(one, no_password_changes_for_a_service_that_has_left);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
