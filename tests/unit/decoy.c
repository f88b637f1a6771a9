/* The life of a decoy: its failures end as a person's do, on days that nobody can foretell, with the same work each time. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <liberations/decide.h>
#include <liberations/decoy.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define NOW 1700000000
#define DAY 86400
#define DECOYS 256

static struct lbr_settings settings;
static struct lbr_keyring *keyring;
static unsigned hashes;

/* Stands before libsodium's, which keyring.c calls once a MAC. */
int crypto_generichash_final(crypto_generichash_state *state, unsigned char *out, const size_t outlen)
{
	int (*real)(crypto_generichash_state *, unsigned char *, size_t);

	*(void **)&real = dlsym(RTLD_NEXT, "crypto_generichash_final");
	hashes++;
	return real(state, out, outlen);
}

static void enter(void)
{
	lbr_settings_default(&settings);
	keyring = ring_of(KEY_A);
}

static void leave(void)
{
	lbr_keyring_free(keyring);
}

static const char *number(unsigned decoy)
{
	static char name[3];

	snprintf(name, sizeof(name), "%02x", decoy & 0xff);
	return name;
}

static struct lbr_counters failed(uint32_t failures, int64_t at_s)
{
	struct lbr_counters counters = { .last_sign_in_s = at_s };
	unsigned delay_s = lbr_delay_after(failures);
	int lane;

	for (lane = 0; lane < LBR_LANES; lane++)
		counters.lanes[lane] = (struct lbr_lane_counters){ failures, failures, delay_s > 0 ? at_s + delay_s : 0 };
	return counters;
}

static bool is_clear(const struct lbr_counters *counters)
{
	static const struct lbr_counters none;

	return memcmp(counters->lanes, none.lanes, sizeof(none.lanes)) == 0;
}

/* Lives an hour at a time, as if attempts came; returns after how many hours the failures were gone, at most `hours`. */
static int hours_until_clear(struct lbr_counters counters, const char *name, int64_t from_s, int hours)
{
	int hour;

	for (hour = 0; hour < hours && !is_clear(&counters); hour++)
		lbr_decoy_live(&counters, keyring, name, &settings, from_s + 3600 * (int64_t)(hour + 1));
	return hour;
}

START_TEST(audit_f03_failures_of_a_decoy_end_as_a_persons_do)
{
	unsigned decoy, within_a_day = 0, within_a_week = 0;
	int hours;

	for (decoy = 0; decoy < DECOYS; decoy++) {
		hours = hours_until_clear(failed(12, NOW), number(decoy), NOW, 24 * 60);
		ck_assert_int_lt(hours, 24 * 60);
		within_a_day += hours <= 24;
		within_a_week += hours <= 7 * 24;
	}
	/* Every other day or so: the key is fixed, so these are no matter of luck. */
	ck_assert_uint_ge(within_a_day, DECOYS * 3 / 10);
	ck_assert_uint_le(within_a_day, DECOYS * 6 / 10);
	ck_assert_uint_ge(within_a_week, DECOYS * 9 / 10);
}
END_TEST

START_TEST(audit_f03_a_locked_decoy_is_unlocked_within_days)
{
	unsigned decoy;
	int hours, least = 24 * 60, most = 0;

	for (decoy = 0; decoy < DECOYS; decoy++) {
		hours = hours_until_clear(failed(100, NOW), number(decoy), NOW, 24 * 60);
		least = hours < least ? hours : least;
		most = hours > most ? hours : most;
	}
	ck_assert_int_ge(least, 24);
	ck_assert_int_le(least, 30);
	ck_assert_int_ge(most, 66);
	ck_assert_int_le(most, 73);
}
END_TEST

START_TEST(a_sign_in_unlocks_no_lane)
{
	unsigned decoy, signed_in = 0;

	for (decoy = 0; decoy < DECOYS; decoy++) {
		struct lbr_counters counters = failed(5, NOW);

		counters.lanes[LBR_LANE_STRANGER] = failed(100, NOW).lanes[LBR_LANE_STRANGER];
		lbr_decoy_live(&counters, keyring, number(decoy), &settings, NOW + DAY); /* before any lock ends */
		ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 100);
		ck_assert_uint_eq(counters.lanes[LBR_LANE_CONSOLE].code_failures, counters.lanes[LBR_LANE_KNOWN].code_failures);
		signed_in += counters.lanes[LBR_LANE_CONSOLE].code_failures == 0;
	}
	ck_assert_uint_ge(signed_in, DECOYS / 3);
	ck_assert_uint_le(signed_in, DECOYS * 2 / 3);
}
END_TEST

/* Only what came before a sign-in ends with it. */
START_TEST(failures_after_a_sign_in_stay_until_the_next)
{
	struct lbr_counters counters = failed(5, NOW);
	int64_t now_s = NOW, last_s;

	while (!is_clear(&counters))
		lbr_decoy_live(&counters, keyring, "00", &settings, now_s += 600);
	last_s = counters.last_sign_in_s;
	ck_assert(last_s > now_s - 600 && last_s <= now_s);
	counters.lanes[LBR_LANE_STRANGER].code_failures = 1;
	lbr_decoy_live(&counters, keyring, "00", &settings, now_s);
	while (!is_clear(&counters)) {
		ck_assert_int_eq(counters.last_sign_in_s, last_s);
		lbr_decoy_live(&counters, keyring, "00", &settings, now_s += 600);
	}
	ck_assert(counters.last_sign_in_s > last_s && counters.last_sign_in_s > now_s - 600);
}
END_TEST

START_TEST(each_decoy_and_each_key_has_other_days)
{
	struct lbr_keyring *other = ring_of(KEY_B);
	struct lbr_counters counters, once;
	unsigned decoy, same_name = 0, same_key = 0;

	once = failed(0, 0);
	lbr_decoy_live(&once, keyring, "00", &settings, NOW);
	for (decoy = 0; decoy < DECOYS; decoy++) {
		struct lbr_counters elsewhere = failed(0, 0);

		counters = failed(0, 0);
		lbr_decoy_live(&counters, keyring, number(decoy), &settings, NOW);
		lbr_decoy_live(&elsewhere, other, number(decoy), &settings, NOW);
		same_name += counters.last_sign_in_s == once.last_sign_in_s;
		same_key += counters.last_sign_in_s == elsewhere.last_sign_in_s && counters.last_sign_in_s != 0;
	}
	ck_assert_uint_le(same_name, 2);
	ck_assert_uint_le(same_key, 1);
	lbr_keyring_free(other);
}
END_TEST

START_TEST(it_never_lives_ahead_of_the_clock)
{
	struct lbr_counters counters = failed(12, NOW + 1000 * (int64_t)DAY); /* the clock ran ahead, and was set back */
	unsigned decoy;

	lbr_decoy_live(&counters, keyring, "7e", &settings, NOW);
	ck_assert_int_le(counters.last_sign_in_s, NOW);
	ck_assert(is_clear(&counters));
	for (decoy = 0; decoy < DECOYS; decoy++) {
		counters = failed(0, 0);
		lbr_decoy_live(&counters, keyring, number(decoy), &settings, NOW);
		ck_assert_int_le(counters.last_sign_in_s, NOW);
		ck_assert(counters.last_sign_in_s == 0 || counters.last_sign_in_s > NOW - 9 * DAY);
	}
}
END_TEST

START_TEST(audit_f03_the_work_is_the_same_whatever_happened)
{
	static const uint32_t ages[] = { 0, 3, 12, 100, UINT32_MAX };
	static const int64_t since[] = { 0, 1, 3600, DAY, 30 * DAY, -DAY };
	struct lbr_counters counters;
	unsigned expected = 0;
	size_t age, at;

	for (age = 0; age < sizeof(ages) / sizeof(ages[0]); age++) {
		for (at = 0; at < sizeof(since) / sizeof(since[0]); at++) {
			counters = failed(ages[age], NOW - since[at]);
			hashes = 0;
			lbr_decoy_live(&counters, keyring, number((unsigned)(age * 16 + at)), &settings, NOW);
			if (expected == 0)
				expected = hashes;
			ck_assert_uint_gt(hashes, 0);
			ck_assert_uint_eq(hashes, expected);
		}
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("decoy");
	TCase *test = tcase_create("decoy");

	tcase_add_checked_fixture(test, enter, leave);
	tcase_add_test(test, audit_f03_failures_of_a_decoy_end_as_a_persons_do);
	tcase_add_test(test, audit_f03_a_locked_decoy_is_unlocked_within_days);
	tcase_add_test(test, a_sign_in_unlocks_no_lane);
	tcase_add_test(test, failures_after_a_sign_in_stay_until_the_next);
	tcase_add_test(test, each_decoy_and_each_key_has_other_days);
	tcase_add_test(test, it_never_lives_ahead_of_the_clock);
	tcase_add_test(test, audit_f03_the_work_is_the_same_whatever_happened);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
