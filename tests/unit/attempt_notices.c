/* What a person should hear of is raised by the commit that it belongs to, and by nothing else. */
#include "support/check_main.h"
#include "support/scratch_store.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/attempt.h>
#include <liberations/change.h>
#include <liberations/notice.h>
#include <liberations/recovery_renew.h>
#include <liberations/token.h>

#define NOW 1900000000
#define PHRASE "a phrase of her own"

static struct lbr_settings settings;
static struct lbr_outcome outcome;
static struct lbr_reason reason;

static void enter(void)
{
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	scratch_enter();
	scratch.now_s = NOW;
}

static void enroll(const char *name)
{
	struct lbr_account account = scratch_own_account(name, NULL, PHRASE);

	scratch_create(&account);
}

static enum lbr_verdict attempt(const char *name, const char *password, const char *code, const char *rhost)
{
	struct lbr_secret typed_password, typed_code;
	struct lbr_attempt attempt = {.name = name, .password = &typed_password, .code = &typed_code, .factors = LBR_FACTORS_BOTH,
	                              .service = "ss hd", .rhost = rhost};

	ck_assert_int_eq(lbr_secret_set(&typed_password, password, strlen(password)), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&typed_code, code, strlen(code)), LBR_OK);
	ck_assert_msg(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason) == LBR_OK, "%s",
	              reason.text);
	return outcome.verdict;
}

static struct lbr_counters counters_of(const char *name, bool known)
{
	struct lbr_counters counters;
	struct lbr_view view;

	if (known)
		ck_assert_int_eq(lbr_store_load(scratch.store, name, &view, &reason), LBR_OK);
	else
		ck_assert_int_eq(lbr_store_load_decoy(scratch.store, name, &view, &reason), LBR_OK);
	counters = view.counters;
	lbr_view_release(&view);
	return counters;
}

/* Those that wait, as bits. */
static unsigned waiting(const char *name, bool known)
{
	struct lbr_counters counters = counters_of(name, known);
	unsigned bits = 0, kind;

	for (kind = 0; kind < LBR_RAISED_KINDS; kind++)
		bits |= (counters.raised[kind].at_s != 0 ? 1u : 0u) << kind;
	return bits;
}

START_TEST(a_known_password_is_raised_once)
{
	struct lbr_raised raised;

	enroll("known");
	attempt("known", PHRASE, "000000", "203.0.113.7");
	attempt("known", PHRASE, "000000", "203.0.113.7"); /* a program that repeats itself is no thief */
	attempt("known", PHRASE, "000000", "203.0.113.7");
	attempt("known", PHRASE, "000001", "203.0.113.7");
	ck_assert_uint_eq(waiting("known", true), 0);
	scratch.now_s = NOW + 5;
	attempt("known", PHRASE, "000002", "203.0.113.8");
	ck_assert_int_eq(outcome.event, LBR_EVENT_PASSWORD_KNOWN);
	ck_assert_uint_eq(waiting("known", true), 1u << LBR_NOTICE_PASSWORD_KNOWN);
	raised = counters_of("known", true).raised[LBR_NOTICE_PASSWORD_KNOWN];
	ck_assert_int_eq(raised.at_s, NOW + 5);
	ck_assert_str_eq(raised.service, "ss?hd");
	ck_assert_str_eq(raised.address, "203.0.113.8");
	scratch.now_s = NOW + 10000;
	attempt("known", PHRASE, "000003", "203.0.113.9");
	ck_assert_int_eq(counters_of("known", true).raised[LBR_NOTICE_PASSWORD_KNOWN].at_s, NOW + 5);
}
END_TEST

START_TEST(wrong_passwords_raise_nothing_before_the_lock)
{
	char guess[32];
	unsigned i;

	enroll("wrong");
	for (i = 0; i < settings.lock_after; i++) {
		ck_assert_uint_eq(waiting("wrong", true), 0);
		scratch.now_s += 1000;
		(void)snprintf(guess, sizeof(guess), "not her %u", i);
		attempt("wrong", guess, "000000", "evil-phish.example.com");
	}
	ck_assert_uint_eq(waiting("wrong", true), 1u << LBR_NOTICE_LOCKED);
	ck_assert_str_eq(counters_of("wrong", true).raised[LBR_NOTICE_LOCKED].address, "");
}
END_TEST

/* A decoy locks as an account does, and nobody needs to hear of that. */
START_TEST(a_decoy_raises_nothing)
{
	unsigned i;

	for (i = 0; i < settings.lock_after + 3; i++) {
		scratch.now_s += 1000;
		attempt("nobody", PHRASE, "000000", "203.0.113.7");
	}
	ck_assert(!outcome.known);
	ck_assert_uint_eq(waiting("nobody", false), 0);
}
END_TEST

START_TEST(a_recovery_code_is_raised)
{
	struct lbr_recovery_sheet sheet;
	uint64_t generation;

	enroll("sheet");
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, "sheet", 0, &sheet, &generation, &reason), LBR_OK);
	ck_assert_int_eq(attempt("sheet", PHRASE, sheet.codes[4], "2001:db8::7"), LBR_ALLOW);
	ck_assert_uint_eq(waiting("sheet", true), 1u << LBR_NOTICE_RECOVERY_USED);
	ck_assert_str_eq(counters_of("sheet", true).raised[LBR_NOTICE_RECOVERY_USED].address, "2001:db8::7");
}
END_TEST

static enum lbr_error change(const char *name, uint64_t generation)
{
	struct lbr_secret password;
	struct lbr_change change = {.name = name, .generation = generation, .password = &password, .service = "passwd", .rhost = "::1"};
	uint64_t after;

	ck_assert_int_eq(lbr_secret_set(&password, "another phrase", 14), LBR_OK);
	return lbr_change_commit(scratch.store, &settings, &change, &after, &reason);
}

START_TEST(a_change_is_raised_and_a_refused_one_is_not)
{
	struct lbr_counters counters;

	enroll("change");
	ck_assert_int_eq(change("change", 7), LBR_ERR_STALE);
	ck_assert_uint_eq(waiting("change", true), 0);
	ck_assert_int_eq(change("change", 1), LBR_OK);
	ck_assert_uint_eq(waiting("change", true), 1u << LBR_NOTICE_PASSWORD_CHANGED);
	counters = counters_of("change", true);
	ck_assert_str_eq(counters.raised[LBR_NOTICE_PASSWORD_CHANGED].service, "passwd");
	ck_assert_str_eq(counters.raised[LBR_NOTICE_PASSWORD_CHANGED].address, "::1");
	ck_assert_int_eq(counters.last_sign_in_s, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("attempt_notices");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, a_known_password_is_raised_once);
	tcase_add_test(tests, wrong_passwords_raise_nothing_before_the_lock);
	tcase_add_test(tests, a_decoy_raises_nothing);
	tcase_add_test(tests, a_recovery_code_is_raised);
	tcase_add_test(tests, a_change_is_raised_and_a_refused_one_is_not);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
