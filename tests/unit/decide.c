/* The pure verdict: its five MUSTs, what it counts, the delays, the lanes, and a random walk that looks for a wrong yes. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "support/check_main.h"

#include <liberations/decide.h>
#include <liberations/origin.h>
#include <liberations/settings.h>

#define NOW 1700000000
#define STEP (NOW / 30)
#define HOME 0x1122334455667788 /* a place where the person is known, once it is remembered */
#define AWAY 0x99

static struct lbr_settings settings;
static struct lbr_account account;
static struct lbr_counters counters;
static struct lbr_evidence evidence;

static void set_up(void)
{
	lbr_settings_default(&settings);
	account = (struct lbr_account){.name = "alice", .generation = 1, .password_kind = LBR_PASSWORD_OWN,
	                               .password_set_s = NOW - 86400, .token_kind = LBR_TOKEN_CONFIRMED};
	counters = (struct lbr_counters){.last_step = STEP - 100};
	evidence = (struct lbr_evidence){.known = true, .factors = LBR_FACTORS_BOTH, .origin = AWAY,
	                                 .password_right = true, .step = STEP};
}

static struct lbr_decision attempt_at(int64_t now_s)
{
	struct lbr_decision decision = lbr_decide(&account, &counters, &evidence, &settings, now_s);

	counters = decision.counters;
	return decision;
}

static enum lbr_verdict attempt(void)
{
	return attempt_at(NOW).verdict;
}

static void fail_times(int times, int64_t *now_s)
{
	struct lbr_evidence kept = evidence;
	int i;

	evidence.password_right = false;
	evidence.step = 0;
	for (i = 0; i < times; i++) {
		ck_assert_int_eq(attempt_at(*now_s).verdict, LBR_DENY);
		*now_s += 1000;
	}
	evidence = kept;
}

START_TEST(right_parts_are_allowed)
{
	ck_assert_int_eq(attempt(), LBR_ALLOW);
	ck_assert_int_eq(counters.last_step, STEP);
	ck_assert_int_eq(counters.last_sign_in_s, NOW);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 0);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 0);
}
END_TEST

START_TEST(must_1_deny_is_zero_and_allow_is_unlikely)
{
	struct lbr_decision zero;

	memset(&zero, 0, sizeof(zero));
	ck_assert_int_eq(zero.verdict, LBR_DENY);
	ck_assert_int_gt(LBR_ALLOW, 0xffff);
}
END_TEST

START_TEST(must_2_sec_1_24_no_other_state_is_allowed)
{
	account.disabled = true;
	ck_assert_int_eq(attempt(), LBR_DENY);
	set_up();
	account.token_kind = LBR_TOKEN_PENDING;
	ck_assert_int_eq(attempt(), LBR_DENY);
	set_up();
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW - 1;
	ck_assert_int_eq(attempt(), LBR_DENY);
	set_up();
	evidence.known = false;
	ck_assert_int_eq(attempt(), LBR_DENY);
	set_up();
	evidence.password_right = false;
	ck_assert_int_eq(attempt(), LBR_DENY);
	set_up();
	evidence.step = 0;
	ck_assert_int_eq(attempt(), LBR_DENY);
}
END_TEST

START_TEST(sec_1_69_a_temporary_password_serves_the_enrollment_alone)
{
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW;
	ck_assert_int_eq(attempt(), LBR_CHOOSE);
	ck_assert_int_eq(counters.last_step, STEP);
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
	account.token_kind = LBR_TOKEN_PENDING;
	set_up();
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.token_kind = LBR_TOKEN_PENDING;
	account.invited_until_s = NOW;
	evidence.step = 0;
	evidence.code_empty = true;
	ck_assert_int_eq(attempt(), LBR_ENROLL);
	ck_assert_int_eq(counters.last_step, STEP - 100);
	account.invited_until_s = NOW - 1;
	ck_assert_int_eq(attempt(), LBR_DENY);
}
END_TEST

START_TEST(must_3_sec_1_25_a_step_is_accepted_once)
{
	ck_assert_int_eq(attempt(), LBR_ALLOW);
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 0);
	evidence.step = STEP - 1;
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
	evidence.step = STEP + 1;
	ck_assert_int_eq(attempt(), LBR_ALLOW);
}
END_TEST

START_TEST(sec_1_28_a_clock_set_back_is_noted)
{
	counters.last_step = STEP + 120;
	ck_assert_int_eq(attempt_at(NOW).event, LBR_EVENT_CLOCK);
	counters.last_step = STEP + 1;
	ck_assert_int_eq(attempt_at(NOW).event, LBR_EVENT_NONE);
}
END_TEST

START_TEST(must_4_a_password_alone_clears_no_code_failures)
{
	int64_t now_s = NOW;

	evidence.origin = 0; /* stays a stranger: it is one lane that this is about */
	fail_times(3, &now_s);
	evidence.step = 0;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 0);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 4);
	evidence.factors = LBR_FACTORS_PASSWORD;
	now_s += 1000;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_ALLOW);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 4);
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_ALLOW);
	evidence.factors = LBR_FACTORS_BOTH;
	evidence.step = now_s / 30;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_ALLOW);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 0);
}
END_TEST

START_TEST(a_recovery_code_serves_once_and_only_with_its_set)
{
	account.recovery_set = 77;
	account.recovery_count = 10;
	counters.recovery_set = 77;
	evidence.step = 0;
	evidence.recovery = 3;
	ck_assert_int_eq(attempt(), LBR_ALLOW);
	ck_assert_uint_eq(counters.recovery_used, 1u << 2);
	ck_assert_int_eq(counters.last_step, STEP - 100);
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
	evidence.recovery = 4;
	counters.recovery_set = 78; /* an old account file beside newer counters */
	ck_assert_int_ne(attempt(), LBR_ALLOW);
	counters.recovery_set = 77;
	evidence.password_right = false;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.recovery_used, 1u << 2);
	account.token_kind = LBR_TOKEN_PENDING;
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW;
	evidence.password_right = true;
	ck_assert_int_eq(attempt(), LBR_DENY);
}
END_TEST

START_TEST(delays_grow_from_the_fourth_to_a_quarter_of_an_hour)
{
	static const unsigned expected[] = {0, 0, 0, 0, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
	unsigned i;

	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_uint_eq(lbr_delay_after(i), expected[i]);
	ck_assert_uint_eq(lbr_delay_after(UINT32_MAX), 900);
}
END_TEST

START_TEST(each_part_that_is_asked_is_counted)
{
	evidence.password_right = false;
	evidence.step = 0;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 1);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 1);
	evidence.factors = LBR_FACTORS_PASSWORD;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 1);
	evidence.factors = LBR_FACTORS_TOKEN;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 2);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 2);
}
END_TEST

/* Attempts that hashed side by side: each is judged on the count that the one before it left, however old its evidence is. */
START_TEST(sec_1_31_each_is_judged_on_the_count_of_the_one_before)
{
	unsigned wait_s;
	int i;

	evidence.password_right = false;
	for (i = 0; i < 4; i++) {
		ck_assert(!lbr_is_throttled(&counters, LBR_LANE_STRANGER, &settings, NOW, &wait_s));
		ck_assert_int_eq(attempt(), LBR_DENY);
	}
	ck_assert(lbr_is_throttled(&counters, LBR_LANE_STRANGER, &settings, NOW, &wait_s));
	ck_assert_uint_eq(wait_s, 4);
	evidence.password_right = true;
	ck_assert_int_eq(attempt(), LBR_DENY_WAIT); /* right, and begun before any of them was counted */
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 4);
}
END_TEST

START_TEST(throttled_and_right_is_told_to_wait_and_burns_the_code)
{
	int64_t now_s = NOW;
	struct lbr_decision decision;

	fail_times(4, &now_s);
	counters.lanes[LBR_LANE_STRANGER].next_try_s = now_s + 3;
	evidence.step = now_s / 30;
	decision = attempt_at(now_s);
	ck_assert_int_eq(decision.verdict, LBR_DENY_WAIT);
	ck_assert_uint_eq(decision.wait_s, 3);
	ck_assert_int_eq(counters.last_step, now_s / 30);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 4);
	ck_assert_int_eq(counters.lanes[LBR_LANE_STRANGER].next_try_s, now_s + 3);
	ck_assert_int_eq(attempt_at(now_s + 3).verdict, LBR_DENY_USED_CODE);
	evidence.password_right = false;
	evidence.step = 0;
	counters.lanes[LBR_LANE_STRANGER].next_try_s = now_s + 30;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 0);
}
END_TEST

/* The holder of the phone must not have guessed passwords confirmed while nothing counts. */
START_TEST(sec_1_59_a_throttled_lane_confirms_no_password)
{
	int64_t now_s = NOW;
	struct lbr_decision decision;

	fail_times(4, &now_s);
	counters.lanes[LBR_LANE_STRANGER].next_try_s = now_s + 500;
	evidence.step = now_s / 30;
	evidence.password_right = false;
	decision = attempt_at(now_s);
	ck_assert_int_eq(decision.verdict, LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 5);
	ck_assert_int_eq(counters.lanes[LBR_LANE_STRANGER].next_try_s, now_s + 500);
	evidence.password_right = true; /* the same code, burned by now */
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	evidence.step = 0;
	evidence.recovery = 1;
	account.recovery_set = counters.recovery_set = 5;
	account.recovery_count = 10;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	ck_assert_uint_eq(counters.recovery_used, 0);
	evidence.recovery = 0;
	evidence.factors = LBR_FACTORS_PASSWORD;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = now_s + 1000;
	evidence.factors = LBR_FACTORS_BOTH;
	evidence.code_empty = true;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
}
END_TEST

START_TEST(a_token_alone_clears_no_password_failures)
{
	counters.lanes[LBR_LANE_STRANGER].password_failures = 90;
	counters.lanes[LBR_LANE_STRANGER].code_failures = 2;
	evidence.factors = LBR_FACTORS_TOKEN;
	ck_assert_int_eq(attempt(), LBR_ALLOW);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 90);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 0);
}
END_TEST

START_TEST(a_wait_from_a_clock_set_back_is_cut)
{
	unsigned wait_s;

	counters.lanes[LBR_LANE_STRANGER].next_try_s = NOW + 100000;
	ck_assert(lbr_is_throttled(&counters, LBR_LANE_STRANGER, &settings, NOW, &wait_s));
	ck_assert_uint_eq(wait_s, 900);
	attempt();
	ck_assert_int_eq(counters.lanes[LBR_LANE_STRANGER].next_try_s, NOW + 900);
}
END_TEST

START_TEST(std_N15_a_hundred_failures_lock_until_unlock)
{
	int64_t now_s = NOW;

	fail_times(100, &now_s);
	evidence.step = now_s / 30;
	ck_assert_int_eq(attempt_at(now_s + 1000000).verdict, LBR_DENY_LOCKED);
	evidence.password_right = false;
	ck_assert_int_eq(attempt_at(now_s + 2000000).verdict, LBR_DENY);
}
END_TEST

/* What a stranger does, whatever it is, closes neither the console nor a known place, and the other way round. */
START_TEST(sec_1_33_a_lane_that_is_locked_closes_no_other)
{
	static const struct { bool at_console; uint64_t origin; } places[] = { {true, 0}, {false, HOME}, {false, AWAY} };
	int64_t now_s = NOW;
	int locked = _i, lane;

	lbr_origin_remember(&counters, HOME);
	evidence.at_console = places[locked].at_console;
	evidence.origin = places[locked].origin;
	fail_times(100, &now_s);
	evidence.step = now_s / 30;
	ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY_LOCKED);
	for (lane = 0; lane < LBR_LANES; lane++) {
		struct lbr_decision decision;

		if (lane == locked)
			continue;
		evidence.at_console = places[lane].at_console;
		evidence.origin = lane == LBR_LANE_STRANGER ? 0x77 + (unsigned)now_s : places[lane].origin;
		now_s += 30;
		evidence.step = now_s / 30;
		decision = attempt_at(now_s);
		ck_assert_int_eq(decision.verdict, LBR_ALLOW);
		ck_assert_int_eq(decision.lane, lane);
		ck_assert_uint_eq(counters.lanes[locked].code_failures, 100);
	}
}
END_TEST

START_TEST(the_place_of_a_right_sign_in_is_known_from_then_on)
{
	struct lbr_decision decision = attempt_at(NOW);

	ck_assert_int_eq(decision.verdict, LBR_ALLOW);
	ck_assert_int_eq(decision.lane, LBR_LANE_STRANGER); /* judged where it came from */
	ck_assert(counters.origins[0] == AWAY);
	evidence.step++;
	decision = attempt_at(NOW + 30);
	ck_assert_int_eq(decision.verdict, LBR_ALLOW);
	ck_assert_int_eq(decision.lane, LBR_LANE_KNOWN);
	ck_assert(counters.origins[0] == AWAY && counters.origins[1] == 0);
}
END_TEST

START_TEST(a_refusal_makes_no_place_known)
{
	static const struct lbr_counters none;
	int64_t now_s = NOW;

	fail_times(2, &now_s);
	evidence.password_right = false;
	ck_assert_int_eq(attempt(), LBR_DENY);
	evidence.password_right = true;
	counters.last_step = STEP;
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
	counters.lanes[LBR_LANE_STRANGER].next_try_s = NOW + 10;
	evidence.step = STEP + 1;
	ck_assert_int_eq(attempt(), LBR_DENY_WAIT);
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW;
	counters.lanes[LBR_LANE_STRANGER].next_try_s = 0;
	evidence.step = STEP + 2;
	ck_assert_int_eq(attempt(), LBR_CHOOSE);
	ck_assert_mem_eq(counters.origins, none.origins, sizeof(none.origins));
}
END_TEST

START_TEST(no_place_is_a_stranger)
{
	evidence.origin = 0;
	ck_assert_int_eq(attempt_at(NOW).lane, LBR_LANE_STRANGER);
	ck_assert(counters.origins[0] == 0);
	evidence.step++;
	ck_assert_int_eq(attempt_at(NOW + 30).lane, LBR_LANE_STRANGER);
}
END_TEST

static void invite_for_a_token_alone(void)
{
	set_up();
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW;
	evidence.factors = LBR_FACTORS_TOKEN;
	evidence.password_right = false;
}

START_TEST(must_5_a_code_alone_asks_for_the_temporary_password_and_changes_nothing)
{
	struct lbr_counters before;

	invite_for_a_token_alone();
	counters.lanes[LBR_LANE_STRANGER] = (struct lbr_lane_counters){.password_failures = 3, .code_failures = 2};
	before = counters;
	ck_assert_int_eq(attempt(), LBR_ASK_TEMPORARY);
	ck_assert_int_eq(memcmp(&before, &counters, sizeof(before)), 0);
	evidence.factors = LBR_FACTORS_BOTH;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 4);
	counters = before;
	evidence.password_right = true;
	ck_assert_int_eq(attempt(), LBR_CHOOSE);
	ck_assert_int_eq(counters.last_step, STEP);
	evidence.factors = LBR_FACTORS_TOKEN;
	evidence.password_right = false;
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
}
END_TEST

/* What must all be true for the question, broken one by one: the refusal is the one that it was, and is counted. */
START_TEST(must_5_nothing_else_asks_for_the_temporary_password)
{
	unsigned broken;
	enum lbr_verdict verdict;

	for (broken = 0; broken < 10; broken++) {
		invite_for_a_token_alone();
		evidence.known = broken != 1;
		evidence.step = broken == 2 || broken == 7 ? 0 : STEP;
		evidence.code_empty = broken == 7;
		account.disabled = broken == 3;
		account.invited_until_s = broken == 4 ? NOW - 1 : NOW;
		account.token_kind = broken == 5 ? LBR_TOKEN_PENDING : LBR_TOKEN_CONFIRMED;
		account.password_kind = broken == 6 ? LBR_PASSWORD_OWN : LBR_PASSWORD_TEMPORARY;
		counters.lanes[LBR_LANE_STRANGER].next_try_s = broken == 8 ? NOW + 5 : 0;
		counters.lanes[LBR_LANE_STRANGER].code_failures = broken == 9 ? settings.lock_after : 0;
		verdict = attempt();
		ck_assert_int_eq(verdict, broken == 0 ? LBR_ASK_TEMPORARY : broken == 6 ? LBR_ALLOW : LBR_DENY);
		if (broken >= 1 && broken <= 5)
			ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 1);
	}
}
END_TEST

START_TEST(a_recovery_code_alone_asks_for_the_temporary_password_too)
{
	invite_for_a_token_alone();
	account.recovery_set = counters.recovery_set = 7;
	account.recovery_count = 10;
	evidence.step = 0;
	evidence.recovery = 3;
	ck_assert_int_eq(attempt(), LBR_ASK_TEMPORARY);
	ck_assert_uint_eq(counters.recovery_used, 0);
	counters.recovery_used = 1u << 2;
	ck_assert_int_eq(attempt(), LBR_DENY_USED_CODE);
}
END_TEST

START_TEST(sec_1_30_right_password_with_three_wrong_codes_is_noted)
{
	evidence.step = 0;
	ck_assert_int_eq(attempt_at(NOW).event, LBR_EVENT_NONE);
	ck_assert_int_eq(attempt_at(NOW).event, LBR_EVENT_NONE);
	ck_assert_int_eq(attempt_at(NOW).event, LBR_EVENT_PASSWORD_KNOWN);
}
END_TEST

/* Enter wakes a screen lock, a dialogue breaks off, a program lacks a field: refused however often, and nothing changes, in any lane,
 * whatever waits or is locked there. */
static void changes_nothing(enum lbr_uncounted uncounted)
{
	struct lbr_counters before = counters;
	struct lbr_decision decision;
	int i;

	for (i = 0; i < 120; i++) {
		decision = attempt_at(NOW + i);
		ck_assert_int_eq(decision.verdict, LBR_DENY);
		ck_assert_int_eq(decision.event, LBR_EVENT_NONE);
		ck_assert_int_eq(decision.uncounted, uncounted);
		ck_assert_int_eq(memcmp(&before, &counters, sizeof(before)), 0);
	}
}

START_TEST(what_can_never_be_right_is_no_guess)
{
	set_up();
	evidence.at_console = _i & 1;
	evidence.factors = (enum lbr_factors)(_i / 2 % 3);
	evidence.impossible = true;
	evidence.password_right = _i & 8;
	evidence.step = _i & 16 ? STEP : 0;
	counters.lanes[LBR_LANE_STRANGER].next_try_s = _i & 32 ? NOW + 900 : 0;
	counters.lanes[LBR_LANE_CONSOLE].code_failures = _i & 64 ? 100 : 2;
	/* Such evidence is never made of these. */
	if (evidence.factors != LBR_FACTORS_TOKEN)
		evidence.password_right = false;
	else
		evidence.step = 0;
	changes_nothing(LBR_UNCOUNTED_NO_GUESS);
}
END_TEST

START_TEST(no_code_is_a_guess_at_a_temporary_password_alone)
{
	evidence.step = 0;
	evidence.code_empty = true;
	changes_nothing(LBR_UNCOUNTED_NO_GUESS);
	evidence.password_right = false;
	changes_nothing(LBR_UNCOUNTED_NO_GUESS);
	evidence.known = false;
	changes_nothing(LBR_UNCOUNTED_NO_GUESS);
	evidence.known = true;
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = NOW;
	ck_assert_int_eq(attempt(), LBR_DENY);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 1);
	evidence.password_right = true;
	account.invited_until_s = NOW - 1; /* right once, and never again */
	changes_nothing(LBR_UNCOUNTED_NO_GUESS);
}
END_TEST

/* A stale client repeats an old code every two seconds, and an old password: counted once, in whatever lane it comes from. */
START_TEST(the_same_wrong_answer_again_is_no_guess)
{
	evidence.factors = (enum lbr_factors)(_i % 3);
	evidence.password_right = _i & 4 || evidence.factors == LBR_FACTORS_TOKEN;
	evidence.step = 0;
	if (evidence.factors == LBR_FACTORS_PASSWORD)
		evidence.password_right = false;
	evidence.answer = 0x5151;
	ck_assert_int_eq(attempt_at(NOW).uncounted, LBR_COUNTED);
	changes_nothing(LBR_UNCOUNTED_REPEATED);
	evidence.at_console = true;
	changes_nothing(LBR_UNCOUNTED_REPEATED);
	evidence.answer = 0x5252;
	ck_assert_int_eq(attempt_at(NOW).uncounted, LBR_COUNTED);
}
END_TEST

/* Otherwise each step would be one more guess: a code that was wrong becomes right once in a million steps. */
START_TEST(a_wrong_answer_stays_wrong_while_it_is_remembered)
{
	int i;

	evidence.step = 0;
	evidence.answer = 1;
	ck_assert_int_eq(attempt_at(NOW).uncounted, LBR_COUNTED);
	evidence.step = STEP;
	changes_nothing(LBR_UNCOUNTED_REPEATED);
	for (i = 2; i < 2 + LBR_ANSWERS; i++) { /* as many as are remembered, each of them counted */
		evidence.step = 0;
		evidence.answer = (uint64_t)i;
		ck_assert_int_eq(attempt_at(NOW + 1000 * i).uncounted, LBR_COUNTED);
	}
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 1 + LBR_ANSWERS);
	evidence.step = STEP + 1000;
	evidence.answer = 1;
	ck_assert_int_eq(attempt_at(NOW + 30000).verdict, LBR_ALLOW);
}
END_TEST

/* What was right, but came too soon or to a disabled account, is not remembered as wrong. */
START_TEST(a_right_answer_is_never_remembered)
{
	static const struct lbr_counters none;

	evidence.answer = 7;
	account.disabled = true;
	ck_assert_int_eq(attempt(), LBR_DENY);
	account.disabled = false;
	account.token_kind = LBR_TOKEN_PENDING;
	ck_assert_int_eq(attempt(), LBR_DENY);
	account.token_kind = LBR_TOKEN_CONFIRMED;
	counters.lanes[LBR_LANE_STRANGER].next_try_s = NOW + 5;
	ck_assert_int_eq(attempt(), LBR_DENY_WAIT);
	ck_assert_int_eq(attempt_at(NOW + 5).verdict, LBR_DENY_USED_CODE);
	evidence.step++;
	ck_assert_int_eq(attempt_at(NOW + 30).verdict, LBR_ALLOW);
	ck_assert_mem_eq(counters.answers, none.answers, sizeof(none.answers));
}
END_TEST

/* A right code with a wrong password counts while others wait: once. */
START_TEST(a_wait_is_not_prolonged_into_a_lock_by_one_answer)
{
	counters.lanes[LBR_LANE_STRANGER].next_try_s = NOW + 900;
	evidence.password_right = false;
	evidence.answer = 9;
	ck_assert_int_eq(attempt_at(NOW).uncounted, LBR_COUNTED);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 1);
	changes_nothing(LBR_UNCOUNTED_REPEATED);
	evidence.answer = 10;
	evidence.step = 0;
	changes_nothing(LBR_UNCOUNTED_WAITING);
}
END_TEST

/* A mail program repeats an old code for ever; its person is kept waiting, never locked out by that. */
START_TEST(a_throttled_lane_is_not_locked_by_old_codes)
{
	int64_t now_s = NOW;
	int i;

	fail_times(4, &now_s);
	counters.lanes[LBR_LANE_STRANGER].next_try_s = now_s + 500;
	evidence.step = 0;
	for (i = 0; i < 200; i++)
		ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	evidence.recovery = 1; /* of the paper, used or not, with a password of half a year ago */
	evidence.password_right = false;
	account.recovery_set = counters.recovery_set = 5;
	account.recovery_count = 10;
	for (i = 0; i < 200; i++) {
		counters.recovery_used = i % 2;
		ck_assert_int_eq(attempt_at(now_s).verdict, LBR_DENY);
	}
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].password_failures, 4);
	ck_assert_uint_eq(counters.lanes[LBR_LANE_STRANGER].code_failures, 4);
	ck_assert_int_eq(counters.lanes[LBR_LANE_STRANGER].next_try_s, now_s + 500);
}
END_TEST

/* Every combination of account, evidence and throttle: ALLOW only where the MUSTs let it. */
START_TEST(sec_1_71_every_combination_is_allowed_only_when_all_is_right)
{
	unsigned bits;

	for (bits = 0; bits < 1u << 10; bits++) {
		bool throttled, expected;

		set_up();
		evidence.known = bits & 1;
		evidence.password_right = bits & 2;
		evidence.step = bits & 4 ? STEP : 0;
		evidence.code_empty = !(bits & 4) && bits & 8;
		account.disabled = bits & 16;
		account.password_kind = bits & 32 ? LBR_PASSWORD_OWN : LBR_PASSWORD_TEMPORARY;
		account.token_kind = bits & 64 ? LBR_TOKEN_CONFIRMED : LBR_TOKEN_PENDING;
		account.invited_until_s = bits & 32 ? 0 : NOW + 10;
		throttled = bits & 128;
		if (bits & 256)
			counters.last_step = STEP;
		evidence.at_console = bits & 512;
		if (throttled)
			counters.lanes[bits & 512 ? LBR_LANE_CONSOLE : LBR_LANE_STRANGER].next_try_s = NOW + 5;
		expected = evidence.known && evidence.password_right && evidence.step > 0 && !account.disabled &&
		           account.password_kind == LBR_PASSWORD_OWN && account.token_kind == LBR_TOKEN_CONFIRMED && !throttled &&
		           counters.last_step < STEP;
		ck_assert_int_eq(lbr_decide(&account, &counters, &evidence, &settings, NOW).verdict == LBR_ALLOW,
		                 expected);
	}
}
END_TEST

/* A random walk of attempts against the promises that hold over any history. */
START_TEST(random_walks_keep_the_promises)
{
	unsigned seed = 20261123, i;
	int64_t now_s = NOW, last_accepted = 0;

	for (i = 0; i < 200000; i++) {
		int64_t step_before = counters.last_step;
		enum lbr_verdict verdict;

		seed = seed * 1103515245u + 12345u;
		now_s += (seed >> 16) % 40;
		evidence.at_console = (seed >> 9) & 1;
		evidence.origin = (seed >> 8) % 3;
		evidence.password_right = (seed >> 10) & 1;
		evidence.step = (seed >> 11) % 3 ? 0 : now_s / 30 - 1 + (seed >> 13) % 3;
		verdict = attempt_at(now_s).verdict;
		ck_assert_int_ge(counters.last_step, step_before);
		if (verdict != LBR_ALLOW)
			continue;
		ck_assert(evidence.password_right && evidence.step > last_accepted);
		last_accepted = evidence.step;
	}
	ck_assert_int_gt(last_accepted, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("decide");
	TCase *one = tcase_create("decide");

	tcase_add_checked_fixture(one, set_up, NULL);
	tcase_add_test(one, right_parts_are_allowed);
	tcase_add_test(one, must_1_deny_is_zero_and_allow_is_unlikely);
	tcase_add_test(one, must_2_sec_1_24_no_other_state_is_allowed);
	tcase_add_test(one, sec_1_69_a_temporary_password_serves_the_enrollment_alone);
	tcase_add_test(one, must_3_sec_1_25_a_step_is_accepted_once);
	tcase_add_test(one, sec_1_28_a_clock_set_back_is_noted);
	tcase_add_test(one, must_4_a_password_alone_clears_no_code_failures);
	tcase_add_test(one, a_recovery_code_serves_once_and_only_with_its_set);
	tcase_add_test(one, delays_grow_from_the_fourth_to_a_quarter_of_an_hour);
	tcase_add_test(one, each_part_that_is_asked_is_counted);
	tcase_add_test(one, sec_1_31_each_is_judged_on_the_count_of_the_one_before);
	tcase_add_test(one, throttled_and_right_is_told_to_wait_and_burns_the_code);
	tcase_add_test(one, sec_1_59_a_throttled_lane_confirms_no_password);
	tcase_add_test(one, a_throttled_lane_is_not_locked_by_old_codes);
	tcase_add_loop_test(one, what_can_never_be_right_is_no_guess, 0, 128);
	tcase_add_test(one, no_code_is_a_guess_at_a_temporary_password_alone);
	tcase_add_loop_test(one, the_same_wrong_answer_again_is_no_guess, 0, 6);
	tcase_add_test(one, a_wrong_answer_stays_wrong_while_it_is_remembered);
	tcase_add_test(one, a_right_answer_is_never_remembered);
	tcase_add_test(one, a_wait_is_not_prolonged_into_a_lock_by_one_answer);
	tcase_add_test(one, a_token_alone_clears_no_password_failures);
	tcase_add_test(one, a_wait_from_a_clock_set_back_is_cut);
	tcase_add_test(one, std_N15_a_hundred_failures_lock_until_unlock);
	tcase_add_loop_test(one, sec_1_33_a_lane_that_is_locked_closes_no_other, 0, LBR_LANES);
	tcase_add_test(one, the_place_of_a_right_sign_in_is_known_from_then_on);
	tcase_add_test(one, a_refusal_makes_no_place_known);
	tcase_add_test(one, no_place_is_a_stranger);
	tcase_add_test(one, sec_1_30_right_password_with_three_wrong_codes_is_noted);
	tcase_add_test(one, must_5_a_code_alone_asks_for_the_temporary_password_and_changes_nothing);
	tcase_add_test(one, must_5_nothing_else_asks_for_the_temporary_password);
	tcase_add_test(one, a_recovery_code_alone_asks_for_the_temporary_password_too);
	tcase_add_test(one, sec_1_71_every_combination_is_allowed_only_when_all_is_right);
	tcase_add_test(one, random_walks_keep_the_promises);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
