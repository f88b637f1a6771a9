/* Where somebody is known: keyed numbers, the last four of them, and the lane that follows. */
#include <stdint.h>
#include <string.h>

#include <liberations/origin.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

START_TEST(a_place_is_another_number_for_another_person_place_or_key)
{
	struct lbr_keyring *keyring = ring_of(KEY_A), *other = ring_of(KEY_B);
	uint64_t place = lbr_origin_of(keyring, "alice", "rhost 192.0.2.1");

	ck_assert(place != 0);
	ck_assert(place == lbr_origin_of(keyring, "alice", "rhost 192.0.2.1"));
	ck_assert(place != lbr_origin_of(keyring, "bob", "rhost 192.0.2.1"));
	ck_assert(place != lbr_origin_of(keyring, "alice", "rhost 192.0.2.2"));
	ck_assert(place != lbr_origin_of(other, "alice", "rhost 192.0.2.1"));
	ck_assert(lbr_origin_of(keyring, "alice", "") == 0);
	ck_assert(lbr_origin_of(keyring, "", "uid 0") != 0);
	ck_assert(lbr_origin_of(keyring, "no/account\n\xff", "uid 0") != 0);
	lbr_keyring_free(keyring);
	lbr_keyring_free(other);
}
END_TEST

static void remembered(const struct lbr_counters *counters, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	const uint64_t expected[LBR_ORIGINS] = { a, b, c, d };

	ck_assert_mem_eq(counters->origins, expected, sizeof(expected));
}

START_TEST(the_last_four_places_are_known_each_once)
{
	struct lbr_counters counters = { .last_step = 0 };

	lbr_origin_remember(&counters, 0);
	remembered(&counters, 0, 0, 0, 0);
	lbr_origin_remember(&counters, 1);
	lbr_origin_remember(&counters, 1);
	remembered(&counters, 1, 0, 0, 0);
	lbr_origin_remember(&counters, 2);
	lbr_origin_remember(&counters, 3);
	lbr_origin_remember(&counters, 4);
	remembered(&counters, 4, 3, 2, 1);
	lbr_origin_remember(&counters, 2);
	remembered(&counters, 2, 4, 3, 1);
	lbr_origin_remember(&counters, 1);
	remembered(&counters, 1, 2, 4, 3);
	lbr_origin_remember(&counters, 5);
	remembered(&counters, 5, 1, 2, 4);
	lbr_origin_remember(&counters, 0);
	remembered(&counters, 5, 1, 2, 4);
}
END_TEST

START_TEST(the_console_first_then_known_places_then_strangers)
{
	struct lbr_counters counters = { .origins = { 5, 6, 7, 8 } };
	uint64_t origin;

	for (origin = 0; origin < 12; origin++) {
		ck_assert_int_eq(lbr_origin_lane(&counters, true, origin), LBR_LANE_CONSOLE);
		ck_assert_int_eq(lbr_origin_lane(&counters, false, origin),
		                 origin >= 5 && origin <= 8 ? LBR_LANE_KNOWN : LBR_LANE_STRANGER);
	}
	memset(counters.origins, 0, sizeof(counters.origins)); /* an empty place is nobody's */
	ck_assert_int_eq(lbr_origin_lane(&counters, false, 0), LBR_LANE_STRANGER);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("origin");
	TCase *test = tcase_create("origin");

	tcase_add_test(test, a_place_is_another_number_for_another_person_place_or_key);
	tcase_add_test(test, the_last_four_places_are_known_each_once);
	tcase_add_test(test, the_console_first_then_known_places_then_strangers);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
