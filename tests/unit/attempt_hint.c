/* Each refusal computes as many codes as any other: everybody may read in /proc, to the nanosecond, how long an agent ran. */
#include "support/check_main.h"
#include "support/scratch_store.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liboath/oath.h>

#include <liberations/attempt.h>
#include <liberations/token.h>

#define NOW 1900000000
#define PHRASE "a phrase of her own"
#define WRONG "another phrase at all"

static struct lbr_settings settings;
static unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";
static unsigned codes_made;

int oath_hotp_generate(const char *secret, size_t len, uint64_t factor, unsigned digits, bool checksum, size_t offset, char *ret)
{
	static int (*real)(const char *, size_t, uint64_t, unsigned, bool, size_t, char *);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "oath_hotp_generate");
	codes_made++;
	return real(secret, len, factor, digits, checksum, offset, ret);
}

static void enter(void)
{
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	scratch_enter();
	scratch.now_s = NOW;
}

static void enroll(const char *name)
{
	struct lbr_account account = scratch_own_account(name, key, PHRASE);

	scratch_create(&account);
}

/* `away`: how many steps the typed code is fast. */
static enum lbr_verdict attempt(const char *name, const char *password, int64_t away, unsigned *ret_codes)
{
	char digits[LBR_CODE_DIGITS + 1];
	struct lbr_secret typed_password, typed_code;
	struct lbr_attempt attempt = { .name = name, .password = &typed_password, .code = &typed_code, .factors = LBR_FACTORS_BOTH };
	struct lbr_outcome outcome;
	struct lbr_reason reason;

	ck_assert_int_eq(lbr_token_code(key, lbr_token_step(scratch.now_s) + away, digits), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&typed_password, password, strlen(password)), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&typed_code, digits, strlen(digits)), LBR_OK);
	codes_made = 0;
	(void)lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason);
	*ret_codes = codes_made;
	return outcome.verdict;
}

START_TEST(audit_f31_a_refusal_s_work_does_not_tell_a_right_code)
{
	static const int64_t away[] = { 0, -1, 4, -90, 120, 5000 };
	unsigned first, codes;
	size_t at;

	enroll("work");
	ck_assert_int_eq(attempt("nobody", WRONG, 5000, &first), LBR_DENY);
	for (at = 0; at < sizeof(away) / sizeof(away[0]); at++) {
		ck_assert_int_eq(attempt("work", WRONG, away[at], &codes), LBR_DENY);
		ck_assert_msg(codes == first, "%d steps away: %u codes instead of %u", (int)away[at], codes, first);
	}
}
END_TEST

/* The person hears nothing of a lock, and neither may somebody who watches. */
START_TEST(audit_f31_a_locked_lane_s_work_does_not_tell_a_right_password)
{
	unsigned first, codes;

	enroll("shut");
	settings.lock_after = 1;
	ck_assert_int_eq(attempt("shut", WRONG, 5000, &first), LBR_DENY);
	ck_assert_int_eq(attempt("shut", WRONG, 0, &codes), LBR_DENY);
	ck_assert_uint_eq(codes, first);
	scratch.now_s += 300;
	ck_assert_int_eq(attempt("shut", PHRASE, 0, &codes), LBR_DENY_LOCKED);
	ck_assert_msg(codes == first, "the right password: %u codes instead of %u", codes, first);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("attempt_hint");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, audit_f31_a_refusal_s_work_does_not_tell_a_right_code);
	tcase_add_test(tests, audit_f31_a_locked_lane_s_work_does_not_tell_a_right_password);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
