/* One attempt against a real store: the commit, the decoys, the recovery codes. */
#include "support/check_main.h"
#include "support/scratch_store.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/attempt.h>
#include <liberations/combined_answer.h>
#include <liberations/password.h>
#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>
#include <liberations/token.h>

#define NOW 1700000000

static struct lbr_settings settings;
static unsigned char key[LBR_TOKEN_KEY_LEN];
static struct lbr_secret password, code;
static struct lbr_outcome outcome;
static struct lbr_reason reason;

static void set(struct lbr_secret *secret, const char *text)
{
	ck_assert_int_eq(lbr_secret_set(secret, text, strlen(text)), LBR_OK);
}

static void type_code(int64_t now_s)
{
	char digits[LBR_CODE_DIGITS + 1];

	ck_assert_int_eq(lbr_token_code(key, lbr_token_step(now_s), digits), LBR_OK);
	set(&code, digits);
}

static void enroll(const char *name)
{
	struct lbr_account account;
	size_t i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)(i + 7);
	set(&password, "a phrase of her own");
	account = scratch_own_account(name, key, password.bytes);
	scratch_create(&account);
}

static void enter(void)
{
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	scratch_enter();
	scratch.now_s = NOW;
}

static enum lbr_verdict attempt_as(const char *name, int64_t now_s)
{
	struct lbr_attempt attempt = {.name = name, .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH};

	scratch.now_s = now_s;
	(void)lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason);
	return outcome.verdict;
}

static struct lbr_counters counters_of(const char *name, bool known)
{
	struct lbr_view view = known ? scratch_view(name) : scratch_decoy(name);
	struct lbr_counters counters = view.counters;

	lbr_view_release(&view);
	return counters;
}

/* What is right for somebody else's account is wrong, and counts; the work is the same. */
static const struct {
	bool                   account_has_uid;
	struct lbr_name_owner  owner;
	bool                   of_another;
} names[] = {
	{ true, { false, false, 0 }, false }, { true, { true, true, 1001 }, false }, { true, { true, true, 1002 }, true },
	{ true, { true, true, 0 }, true },    { true, { true, false, 0 }, true },    { true, { true, false, 1001 }, true },
	{ false, { true, true, 1002 }, false }, { false, { true, false, 0 }, false }, { false, { false, false, 0 }, false },
};

static enum lbr_error give_uid(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)why;
	view->account.has_uid = *(const bool *)context;
	view->account.uid = view->account.has_uid ? 1001 : 0;
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

START_TEST(an_account_of_another_uid_opens_for_nobody)
{
	bool has_uid = names[_i].account_has_uid;
	const char name[] = { 'n', (char)('a' + _i), '\0' };
	struct lbr_attempt attempt = { .name = name, .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH,
	                               .owner = names[_i].owner };
	struct lbr_view view;

	enroll(name);
	view = scratch_view(name);
	ck_assert_int_eq(lbr_store_commit(&view, give_uid, &has_uid, &reason), LBR_OK);
	ck_assert_int_eq(lbr_account_is_of_another(&view.account, &attempt.owner), names[_i].of_another);
	lbr_view_release(&view);
	type_code(NOW);
	ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason), LBR_OK);
	ck_assert_int_eq(outcome.verdict, names[_i].of_another ? LBR_DENY : LBR_ALLOW);
	ck_assert_int_eq(outcome.of_another, names[_i].of_another);
	ck_assert(outcome.known && outcome.password_right == !names[_i].of_another);
	ck_assert_uint_eq(counters_of(name, true).lanes[LBR_LANE_STRANGER].password_failures, names[_i].of_another ? 1 : 0);
}
END_TEST

START_TEST(right_once_then_told_to_wait_for_the_next)
{
	enroll("right");
	type_code(NOW);
	ck_assert_int_eq(attempt_as("right", NOW), LBR_ALLOW);
	ck_assert_int_eq(counters_of("right", true).last_step, lbr_token_step(NOW));
	ck_assert_int_eq(attempt_as("right", NOW), LBR_DENY_USED_CODE);
	type_code(NOW + 30);
	ck_assert_int_eq(attempt_as("right", NOW + 30), LBR_ALLOW);
}
END_TEST

START_TEST(wrong_parts_are_refused_and_counted)
{
	enroll("wrong");
	type_code(NOW);
	set(&password, "not her phrase at all");
	ck_assert_int_eq(attempt_as("wrong", NOW), LBR_DENY);
	ck_assert(!outcome.password_right && outcome.code_right);
	set(&password, "a phrase of her own");
	set(&code, "000000");
	ck_assert_int_eq(attempt_as("wrong", NOW), LBR_DENY);
	ck_assert(outcome.password_right && !outcome.code_right);
	ck_assert_uint_eq(counters_of("wrong", true).lanes[LBR_LANE_STRANGER].code_failures, 2);
	ck_assert_uint_eq(counters_of("wrong", true).lanes[LBR_LANE_STRANGER].password_failures, 0);
	set(&password, "");
	ck_assert_int_eq(attempt_as("wrong", NOW), LBR_DENY);
}
END_TEST

START_TEST(sec_1_23_an_unknown_name_charges_its_decoy_and_nobody_else)
{
	struct lbr_counters before;

	enroll("bystander");
	before = counters_of("bystander", true);
	type_code(NOW);
	ck_assert_int_eq(attempt_as("nobody here", NOW), LBR_DENY);
	ck_assert_int_eq(attempt_as("../bystander", NOW), LBR_DENY);
	ck_assert(!outcome.known);
	ck_assert_uint_ge(counters_of("nobody here", false).lanes[LBR_LANE_STRANGER].password_failures, 1);
	ck_assert_uint_eq(counters_of("bystander", true).lanes[LBR_LANE_STRANGER].password_failures,
	                  before.lanes[LBR_LANE_STRANGER].password_failures);
}
END_TEST

START_TEST(an_unreadable_answer_never_matches_and_is_not_counted)
{
	struct lbr_attempt attempt = {.name = "unreadable", .password = &password, .code = &code, .unreadable = true,
	                              .factors = LBR_FACTORS_BOTH};

	enroll("unreadable");
	type_code(NOW);
	ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason), LBR_OK);
	ck_assert_int_eq(outcome.verdict, LBR_DENY);
	ck_assert_uint_eq(counters_of("unreadable", true).lanes[LBR_LANE_STRANGER].password_failures, 0);
}
END_TEST

START_TEST(four_failures_throttle_and_the_right_parts_are_told_to_wait)
{
	int i;

	enroll("throttled");
	for (i = 0; i < 4; i++) {
		type_code(NOW + 3000 + 30 * i);
		ck_assert_int_eq(attempt_as("throttled", NOW), LBR_DENY);
	}
	type_code(NOW);
	ck_assert_int_eq(attempt_as("throttled", NOW), LBR_DENY_WAIT);
	ck_assert_uint_eq(outcome.wait_s, 4);
	ck_assert_int_eq(attempt_as("throttled", NOW + 4), LBR_DENY_USED_CODE);
	type_code(NOW + 30);
	ck_assert_int_eq(attempt_as("throttled", NOW + 30), LBR_ALLOW);
}
END_TEST

/* What was typed, as it was typed; the failures that it left. */
static unsigned failures_after(const char *name, const char *typed_password, const char *typed_code)
{
	struct lbr_lane_counters lane;

	set(&password, typed_password);
	set(&code, typed_code);
	ck_assert_int_eq(attempt_as(name, NOW), LBR_DENY);
	lane = counters_of(name, true).lanes[LBR_LANE_STRANGER];
	return lane.password_failures + lane.code_failures;
}

START_TEST(answers_without_the_form_of_one_are_not_counted)
{
	static const char phrase[] = "a phrase of her own";
	char longer[LBR_SECRET_MAX + 1];

	memset(longer, 'a', LBR_SECRET_MAX);
	longer[LBR_SECRET_MAX] = '\0';
	enroll("enter");
	ck_assert_uint_eq(failures_after("enter", "", ""), 0);
	ck_assert_uint_eq(failures_after("enter", "", "000000"), 0);
	ck_assert_uint_eq(failures_after("enter", phrase, ""), 0);
	ck_assert_uint_eq(failures_after("enter", "guess", ""), 0);
	ck_assert_uint_eq(failures_after("enter", phrase, phrase), 0);
	ck_assert_uint_eq(failures_after("enter", phrase, "00000"), 0);
	ck_assert_uint_eq(failures_after("enter", phrase, "00000000"), 0);
	ck_assert_uint_eq(failures_after("enter", longer, "000000"), 0);
	ck_assert_uint_eq(failures_after("enter", "guess", "000000"), 2);
}
END_TEST

START_TEST(the_very_same_answer_counts_once)
{
	static const char phrase[] = "a phrase of her own";
	int i;

	enroll("stale");
	for (i = 0; i < 50; i++)
		ck_assert_uint_eq(failures_after("stale", phrase, i % 2 ? "000 000" : "000000"), 1);
	ck_assert_uint_eq(failures_after("stale", phrase, "000001"), 2);
	ck_assert_uint_eq(failures_after("stale", phrase, "000000"), 2);
	ck_assert_uint_eq(failures_after("stale", "her former phrase", "000000"), 4);
	ck_assert_uint_eq(failures_after("stale", "her former phrase", "000000"), 4);
	set(&password, phrase);
	type_code(NOW);
	ck_assert_int_eq(attempt_as("stale", NOW), LBR_ALLOW); /* her own sign-in never waited for that */
}
END_TEST

START_TEST(a_temporary_password_is_read_however_it_is_typed)
{
	static const char *const forms[] = {
		"abcde-fghjk-mnpqr-stvwx", "ABCDE-FGHJK-MNPQR-STVWX", "abcde fghjk mnpqr stvwx", "abcdefghjkmnpqrstvwx",
		" abcde-fghjk-mnpqr-stvwx ", "Abcde\342\200\223fghjk\342\200\223mnpqr\342\200\223stvwx\t",
		"\033[200~abcde-fghjk-mnpqr-stvwx\033[201~",
	};
	struct lbr_account account = scratch_account("guest");
	size_t at;

	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.token_kind = LBR_TOKEN_PENDING;
	account.invited_until_s = NOW + 1000;
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, "guest", key, &account.token), LBR_OK);
	set(&password, forms[0]);
	ck_assert_int_eq(lbr_password_hash(&password, 1, account.password_hash), LBR_OK);
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, &reason), LBR_OK);
	set(&code, "");
	for (at = 0; at < sizeof(forms) / sizeof(forms[0]); at++) {
		set(&password, forms[at]);
		ck_assert_msg(attempt_as("guest", NOW) == LBR_ENROLL, "%s", forms[at]);
	}
	set(&password, "abcde-fghjk-mnpqr-stvw");
	ck_assert_int_eq(attempt_as("guest", NOW), LBR_DENY);
}
END_TEST

/* A password of one's own is compared as it was typed, even if it looks like a temporary one. */
START_TEST(an_own_password_is_never_read_otherwise)
{
	static const char *const forms[] = {
		"ABCDE-FGHJK-MNPQR-STVWX", "abcde fghjk mnpqr stvwx", " abcde-fghjk-mnpqr-stvwx", "abcde-fghjk-mnpqr-stvwx ",
	};
	struct lbr_account account = scratch_account("own");
	size_t at;

	account.password_kind = LBR_PASSWORD_OWN;
	account.token_kind = LBR_TOKEN_CONFIRMED;
	account.invited_until_s = 0;
	account.password_set_s = NOW - 1000;
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, "own", key, &account.token), LBR_OK);
	set(&password, "abcde-fghjk-mnpqr-stvwx");
	ck_assert_int_eq(lbr_password_hash(&password, 1, account.password_hash), LBR_OK);
	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, &reason), LBR_OK);
	set(&code, "000000");
	for (at = 0; at < sizeof(forms) / sizeof(forms[0]); at++) {
		set(&password, forms[at]);
		ck_assert_int_eq(attempt_as("own", NOW), LBR_DENY);
		ck_assert(!outcome.password_right);
	}
}
END_TEST

START_TEST(recovery_codes_work_once_each_and_only_the_newest_set)
{
	struct lbr_recovery_sheet old, sheet;
	uint64_t generation;
	char typed[LBR_RECOVERY_TEXT_MAX];
	size_t i;

	enroll("paper");
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "paper", 0, &old, &generation, &reason), LBR_OK);
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "paper", generation, &sheet, &generation, &reason), LBR_OK);
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "paper", 1, &old, &generation, &reason), LBR_ERR_STALE);
	set(&code, sheet.codes[3]);
	ck_assert_int_eq(attempt_as("paper", NOW), LBR_ALLOW);
	ck_assert_int_eq(outcome.event, LBR_EVENT_RECOVERY_USED);
	ck_assert_uint_eq(outcome.recovery_left, 9);
	ck_assert_int_ne(attempt_as("paper", NOW), LBR_ALLOW);
	for (i = 0; i < sizeof(typed); i++)
		typed[i] = (char)(sheet.codes[9][i] == '-' ? ' ' : sheet.codes[9][i] | (sheet.codes[9][i] >= 'A' ? 0x20 : 0));
	set(&code, typed);
	ck_assert_int_eq(attempt_as("paper", NOW), LBR_ALLOW);
	set(&password, "not her phrase at all");
	set(&code, sheet.codes[0]);
	ck_assert_int_eq(attempt_as("paper", NOW), LBR_DENY);
}
END_TEST

START_TEST(a_recovery_code_of_a_renewed_set_or_of_somebody_else_is_void)
{
	struct lbr_recovery_sheet hers, his, newer;
	uint64_t generation;

	enroll("her");
	enroll("him");
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "her", 0, &hers, &generation, &reason), LBR_OK);
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "him", 0, &his, &generation, &reason), LBR_OK);
	set(&code, his.codes[0]);
	ck_assert_int_eq(attempt_as("her", NOW), LBR_DENY);
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "her", 0, &newer, &generation, &reason), LBR_OK);
	set(&code, hers.codes[0]);
	ck_assert_int_eq(attempt_as("her", NOW), LBR_DENY);
	set(&code, newer.codes[0]);
	ck_assert_int_eq(attempt_as("her", NOW), LBR_ALLOW);
}
END_TEST

START_TEST(a_missing_shard_makes_nobody_unknown)
{
	struct lbr_attempt attempt = {.name = "lost", .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH};
	static const char *const trees[] = {"accounts", "counters"};
	char shard[256], aside[300];
	size_t i;

	enroll("lost");
	type_code(NOW);
	for (i = 0; i < 2; i++) {
		(void)snprintf(shard, sizeof(shard), "%s", scratch_path(trees[i], "lost"));
		*strrchr(shard, '/') = '\0';
		(void)snprintf(aside, sizeof(aside), "%s.aside", shard);
		ck_assert_int_eq(rename(shard, aside), 0);
		ck_assert_int_eq(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason),
		                 LBR_ERR_DAMAGED);
		ck_assert(!outcome.absent && outcome.verdict == LBR_DENY);
		ck_assert_int_eq(rename(aside, shard), 0);
	}
	ck_assert_int_eq(attempt_as("lost", NOW), LBR_ALLOW);
}
END_TEST

START_TEST(one_answer_is_split_at_its_last_six_digits)
{
	struct lbr_secret one, first, second;

	set(&one, "a phrase 12123456");
	ck_assert_int_eq(lbr_combined_answer_split(&one, &first, &second), LBR_OK);
	ck_assert_str_eq(first.bytes, "a phrase 12");
	ck_assert_str_eq(second.bytes, "123456");
	set(&one, "123456");
	ck_assert_int_eq(lbr_combined_answer_split(&one, &first, &second), LBR_ERR_SYNTAX);
	set(&one, "a phrase 12345x");
	ck_assert_int_eq(lbr_combined_answer_split(&one, &first, &second), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(first.len + second.len, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("attempt");
	TCase *one = tcase_create("attempt");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, enter, NULL);
	tcase_add_test(one, right_once_then_told_to_wait_for_the_next);
	tcase_add_loop_test(one, an_account_of_another_uid_opens_for_nobody, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(one, wrong_parts_are_refused_and_counted);
	tcase_add_test(one, sec_1_23_an_unknown_name_charges_its_decoy_and_nobody_else);
	tcase_add_test(one, an_unreadable_answer_never_matches_and_is_not_counted);
	tcase_add_test(one, four_failures_throttle_and_the_right_parts_are_told_to_wait);
	tcase_add_test(one, answers_without_the_form_of_one_are_not_counted);
	tcase_add_test(one, the_very_same_answer_counts_once);
	tcase_add_test(one, a_temporary_password_is_read_however_it_is_typed);
	tcase_add_test(one, an_own_password_is_never_read_otherwise);
	tcase_add_test(one, recovery_codes_work_once_each_and_only_the_newest_set);
	tcase_add_test(one, a_recovery_code_of_a_renewed_set_or_of_somebody_else_is_void);
	tcase_add_test(one, a_missing_shard_makes_nobody_unknown);
	tcase_add_test(one, one_answer_is_split_at_its_last_six_digits);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
