/* A month of attacks, second by second, through the rules themselves: who still gets in, and how many guesses an attacker has. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

#include <liberations/decide.h>
#include <liberations/settings.h>

#define NOW 1700000000
#define DAY 86400
#define MONTH (30 * (int64_t)DAY)
#define TRIES 100 /* right ones, in that month */
#define HOME 0x1122334455667788

/* Where the person is, and what the attacker has. */
enum place { PLACE_CONSOLE, PLACE_HOME, PLACE_NEW };

struct tally {
	int     right, allowed, told_to_wait, told_locked;
	int64_t locked_s; /* when the strangers' lane was locked; 0: never */
};

static struct lbr_settings settings;
static struct lbr_account account;
static struct lbr_counters counters;
static uint32_t seed;

static void set_up(void)
{
	lbr_settings_default(&settings);
	account = (struct lbr_account){.name = "alice", .generation = 1, .password_kind = LBR_PASSWORD_OWN,
	                               .password_set_s = NOW - DAY, .token_kind = LBR_TOKEN_CONFIRMED};
	counters = (struct lbr_counters){.last_step = NOW / 30 - 1000};
	seed = 20261128;
}

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static struct lbr_decision judge(const struct lbr_evidence *evidence, int64_t now_s)
{
	struct lbr_decision decision = lbr_decide(&account, &counters, evidence, &settings, now_s);

	counters = decision.counters;
	return decision;
}

static struct lbr_evidence right_from(enum place place, int64_t now_s)
{
	uint64_t origin = place == PLACE_HOME ? HOME : place == PLACE_NEW ? (uint64_t)now_s : 0;

	return (struct lbr_evidence){.known = true, .factors = LBR_FACTORS_BOTH, .at_console = place == PLACE_CONSOLE,
	                             .origin = origin, .password_right = true, .step = now_s / 30};
}

/* From another address each time, and sometimes from none, as su at somebody's terminal; with the right password or not. */
static void attack(int64_t now_s)
{
	struct lbr_evidence evidence = {.known = true, .factors = LBR_FACTORS_BOTH, .password_right = draw(2) == 0,
	                                .origin = draw(8) == 0 ? 0 : 1 + draw(1u << 31)};

	if (judge(&evidence, now_s).verdict != LBR_DENY) /* an assertion writes to a file each time */
		ck_abort_msg("an attack was told something");
}

static void try_right(enum place place, int64_t now_s, struct tally *tally)
{
	struct lbr_evidence evidence = right_from(place, now_s);
	enum lbr_verdict verdict = judge(&evidence, now_s).verdict;

	tally->right++;
	tally->allowed += verdict == LBR_ALLOW;
	tally->told_to_wait += verdict == LBR_DENY_WAIT;
	tally->told_locked += verdict == LBR_DENY_LOCKED;
}

/* An attempt of the attacker's each `interval_s`, and the person's own at random moments of every share of the month. */
static struct tally live_a_month(enum place place, int64_t interval_s)
{
	const int64_t share_s = MONTH / TRIES;
	int64_t now_s, next_s = NOW + draw((uint32_t)share_s - 60);
	struct tally tally = {0};
	struct lbr_evidence before = right_from(PLACE_HOME, NOW - 3600);

	ck_assert_int_eq(judge(&before, NOW - 3600).verdict, LBR_ALLOW); /* the person's home is known */
	for (now_s = NOW; now_s < NOW + MONTH; now_s++) {
		if (now_s % interval_s == 0)
			attack(now_s);
		if (now_s == next_s) {
			try_right(place, now_s, &tally);
			next_s = NOW + tally.right * share_s + draw((uint32_t)share_s - 60);
		}
		if (tally.locked_s == 0 && counters.lanes[LBR_LANE_STRANGER].code_failures >= settings.lock_after)
			tally.locked_s = now_s - NOW;
	}
	ck_assert_int_eq(tally.right, TRIES);
	return tally;
}

static const int64_t intervals_s[] = {1, 60, 300};

START_TEST(audit_f06_a_stranger_keeps_nobody_out_where_they_are_known)
{
	ck_assert_int_eq(live_a_month(PLACE_HOME, intervals_s[_i]).allowed, TRIES);
}
END_TEST

START_TEST(audit_f06_a_stranger_closes_no_console)
{
	ck_assert_int_eq(live_a_month(PLACE_CONSOLE, intervals_s[_i]).allowed, TRIES);
}
END_TEST

/* What SECURITY.md says of it: a stranger can still keep the person out of places where nobody knows them. */
START_TEST(audit_f06_new_places_under_attack_are_as_the_manual_says)
{
	struct tally tally = live_a_month(PLACE_NEW, intervals_s[_i]);

	printf("an attempt each %3d s: from a new place %3d of %d get in, %3d are told to wait, %3d find it locked (after %.1f h)\n",
	       (int)intervals_s[_i], tally.allowed, tally.right, tally.told_to_wait, tally.told_locked,
	       (double)tally.locked_s / 3600);
	ck_assert_int_eq(tally.allowed + tally.told_to_wait + tally.told_locked, TRIES);
	ck_assert(tally.locked_s > 20 * 3600 && tally.locked_s < 30 * 3600); /* a day */
	ck_assert_int_ge(tally.told_locked, 90);
}
END_TEST

/* One who knows the password, sits at the console, shares the person's address, and has the network: codes are all that is
 * missing. A guess counts as one if the right code would have let them in. */
static unsigned guess_for_a_month(enum lbr_factors factors, int64_t from_s)
{
	unsigned guesses = 0;
	int64_t now_s;
	int place;

	for (now_s = from_s; now_s < from_s + MONTH; now_s += 20) {
		for (place = PLACE_CONSOLE; place <= PLACE_NEW; place++) {
			struct lbr_evidence evidence = right_from((enum place)place, now_s);

			evidence.factors = factors;
			guesses += lbr_decide(&account, &counters, &evidence, &settings, now_s).verdict == LBR_ALLOW;
			evidence.step = 0;
			if (judge(&evidence, now_s).verdict != LBR_DENY)
				ck_abort_msg("a guess was told something");
		}
	}
	return guesses;
}

START_TEST(audit_f11_guesses_at_the_code_are_a_hundred_a_lane)
{
	struct lbr_evidence evidence = right_from(PLACE_HOME, NOW - 3600);

	settings.lock_after = _i % 2 ? 10 : 100;
	ck_assert_int_eq(judge(&evidence, NOW - 3600).verdict, LBR_ALLOW);
	ck_assert_uint_eq(guess_for_a_month(_i / 2 ? LBR_FACTORS_TOKEN : LBR_FACTORS_BOTH, NOW), LBR_LANES * settings.lock_after);
	ck_assert_uint_eq(guess_for_a_month(LBR_FACTORS_BOTH, NOW + MONTH), 0);
}
END_TEST

/* The person's sign-in gives back the guesses of its own lane, if that is open, and no others. */
START_TEST(audit_f11_a_sign_in_gives_back_those_of_its_own_lane)
{
	struct lbr_evidence evidence = right_from(PLACE_HOME, NOW - 3600);

	ck_assert_int_eq(judge(&evidence, NOW - 3600).verdict, LBR_ALLOW);
	counters.lanes[LBR_LANE_CONSOLE].code_failures = settings.lock_after;
	counters.lanes[LBR_LANE_KNOWN].code_failures = settings.lock_after - 1;
	counters.lanes[LBR_LANE_STRANGER].code_failures = settings.lock_after - 1;
	evidence = right_from(PLACE_HOME, NOW);
	ck_assert_int_eq(judge(&evidence, NOW).verdict, LBR_ALLOW);
	ck_assert_uint_eq(guess_for_a_month(LBR_FACTORS_BOTH, NOW + 60), settings.lock_after + 1);
}
END_TEST

/* A password that is right where it alone is asked gives none back, from wherever it comes. */
START_TEST(audit_f11_a_password_alone_gives_none_back)
{
	unsigned guesses = 0, round;
	int place;

	for (round = 0; round < 4; round++) {
		int64_t now_s = NOW + 2 * round * MONTH;

		for (place = PLACE_CONSOLE; place <= PLACE_NEW; place++) {
			struct lbr_evidence evidence = right_from((enum place)place, now_s);

			evidence.factors = LBR_FACTORS_PASSWORD;
			ck_assert(judge(&evidence, now_s).verdict == (round == 0 ? LBR_ALLOW : LBR_DENY));
		}
		guesses += guess_for_a_month(LBR_FACTORS_BOTH, now_s + 60);
	}
	ck_assert_uint_eq(guesses, LBR_LANES * settings.lock_after);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("simulation");
	TCase *test = tcase_create("simulation");

	tcase_add_checked_fixture(test, set_up, NULL);
	tcase_add_loop_test(test, audit_f06_a_stranger_keeps_nobody_out_where_they_are_known, 0, 3);
	tcase_add_loop_test(test, audit_f06_a_stranger_closes_no_console, 0, 3);
	tcase_add_loop_test(test, audit_f06_new_places_under_attack_are_as_the_manual_says, 0, 3);
	tcase_add_loop_test(test, audit_f11_guesses_at_the_code_are_a_hundred_a_lane, 0, 4);
	tcase_add_test(test, audit_f11_a_sign_in_gives_back_those_of_its_own_lane);
	tcase_add_test(test, audit_f11_a_password_alone_gives_none_back);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
