/* Judging a password takes the policy's work for everybody: a cheaper hash, an imported one, one at the policy's cost, none. It is
 * counted here; whether the units are right on a machine is measured by tests/bench/judged. */
#include <crypt.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "support/check_main.h"
#include "support/hashes.h" /* before the stage: it has a `scratch` of its own */

#include "support/change_stage.h"

#include <liberations/attempt.h>

/* What was hashed, in units of the cheapest yescrypt; how often; the most expensive one. */
static unsigned work, calls, most, running, at_once;
static const unsigned rounds_a_unit = 1650;

static unsigned cost_of(const char *setting)
{
	const char *parameters = strchr(setting + 1, '$') + 1;
	char *made;
	unsigned cost;

	for (cost = LBR_COST_MIN; cost <= LBR_COST_MAX; cost++) {
		made = crypt_gensalt_ra("$y$", cost, "0123456789abcdef", 16);
		ck_assert_ptr_nonnull(made);
		if (strncmp(parameters, made + 3, strcspn(made + 3, "$") + 1) == 0) {
			free(made);
			return cost;
		}
		free(made);
	}
	return 0;
}

static unsigned work_of(const char *setting)
{
	unsigned rounds = 5000, cost;

	if (strncmp(setting, "$6$", 3) == 0) {
		(void)sscanf(setting, "$6$rounds=%u$", &rounds);
		return (rounds + rounds_a_unit / 2) / rounds_a_unit;
	}
	cost = cost_of(setting);
	if (cost > most)
		most = cost;
	return cost > 0 ? 1U << (cost - 1) : 0;
}

char *crypt_ra(const char *phrase, const char *setting, void **data, int *size)
{
	static char *(*real)(const char *, const char *, void **, int *);
	char *made;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "crypt_ra");
	work += work_of(setting);
	calls++;
	if (++running > at_once)
		at_once = running;
	made = real(phrase, setting, data, size);
	running--;
	return made;
}

static void count_from_here(void)
{
	work = calls = most = at_once = 0;
}

static void must_have_worked(unsigned cost, const char *what)
{
	ck_assert_msg(work == 1U << (cost - 1), "%s: %u units instead of %u", what, work, 1U << (cost - 1));
	ck_assert_msg(most <= cost, "%s: a hash of cost %u, which takes more memory", what, most);
	ck_assert_msg(at_once == 1, "%s: %u hashes at once", what, at_once);
}

START_TEST(audit_f03_cost_a_cheaper_hash_is_followed_by_what_is_missing)
{
	struct lbr_secret right = secret("correct horse"), wrong = secret("wrong horse"), empty = {0};
	unsigned policy, cost;
	char hash[LBR_HASH_MAX], decoy[LBR_HASH_MAX];

	for (policy = LBR_COST_MIN; policy <= 6; policy++) {
		ck_assert_int_eq(lbr_password_decoy(policy, decoy), LBR_OK);
		count_from_here();
		ck_assert(!lbr_password_matches(&right, decoy, policy));
		must_have_worked(policy, "unknown");
		ck_assert_uint_eq(calls, 1);
		for (cost = LBR_COST_MIN; cost <= policy; cost++) {
			hash_of("correct horse", cost, hash);
			count_from_here();
			ck_assert(lbr_password_matches(&right, hash, policy));
			must_have_worked(policy, "right");
			ck_assert_uint_eq(calls, policy - cost + 1);
			count_from_here();
			ck_assert(!lbr_password_matches(&wrong, hash, policy));
			must_have_worked(policy, "wrong");
			count_from_here();
			ck_assert(!lbr_password_matches(&empty, hash, policy));
			must_have_worked(policy, "empty");
		}
	}
}
END_TEST

START_TEST(audit_f03_cost_imported_hashes_too)
{
	static const char *const settings_of[] = {"$6$rounds=1000$saltsaltsaltsalt", "$6$saltsaltsaltsalt",
	                                          "$6$rounds=20000$saltsaltsaltsalt", "$gy$j75$abcdefghijklmnop",
	                                          "$gy$j8T$abcdefghijklmnop"};
	struct lbr_secret right = secret("correct horse");
	char hash[LBR_HASH_MAX];
	size_t at;

	for (at = 0; at < sizeof(settings_of) / sizeof(settings_of[0]); at++) {
		foreign_hash("correct horse", settings_of[at], hash);
		count_from_here();
		ck_assert_msg(lbr_password_matches(&right, hash, 5), "%s", hash);
		must_have_worked(5, settings_of[at]);
	}
}
END_TEST

START_TEST(sec_1_60_a_refused_hash_costs_as_much_as_a_true_one)
{
	static const char *const refused[] = {"", "*", "!", "plain", "$1$saltsalt$x", "$1$abcdefgh$abcdefghijklmnopqrstuv",
	                                      "$y$j75$$", "$y$j9T$*", "$y$zzz$saltsalt$x"};
	struct lbr_secret right = secret("correct horse");
	size_t at;

	for (at = 0; at < sizeof(refused) / sizeof(refused[0]); at++) {
		count_from_here();
		ck_assert_msg(!lbr_password_matches(&right, refused[at], 5), "%s", refused[at]);
		must_have_worked(5, refused[at]);
	}
}
END_TEST

START_TEST(audit_f03_cost_a_more_expensive_hash_is_judged_and_followed_by_nothing)
{
	struct lbr_secret right = secret("correct horse");
	char hash[LBR_HASH_MAX];

	hash_of("correct horse", 4, hash);
	count_from_here();
	ck_assert(lbr_password_matches(&right, hash, 2));
	ck_assert_uint_eq(calls, 1);
	foreign_hash("correct horse", "$6$rounds=20000$saltsaltsaltsalt", hash);
	count_from_here();
	ck_assert(lbr_password_matches(&right, hash, 2));
	ck_assert_uint_eq(calls, 1);
}
END_TEST

/* The whole attempt. */
static void attempt_works(const char *name, const char *typed, unsigned cost)
{
	struct lbr_secret password = secret(typed), code = secret("000000");
	struct lbr_attempt attempt = {.name = name, .password = &password, .code = &code, .factors = LBR_FACTORS_BOTH};
	struct lbr_reason reason = {.text = ""};
	struct lbr_outcome outcome;

	count_from_here();
	ck_assert_msg(lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, &outcome, &reason) == LBR_OK, "%s",
	              reason.text);
	ck_assert_int_eq(outcome.verdict, LBR_DENY);
	must_have_worked(cost, name);
}

START_TEST(audit_f03_cost_an_attempt_works_the_same_for_known_and_unknown)
{
	const char *names[] = {"cheap", "half", "policy", "imported", "nobody", "no/name"};
	char hash[LBR_HASH_MAX];
	size_t at;
	int round;

	hash_of("correct horse", 1, hash);
	enroll_with_hash("cheap", hash);
	hash_of("correct horse", 3, hash);
	enroll_with_hash("half", hash);
	hash_of("correct horse", 5, hash);
	enroll_with_hash("policy", hash);
	foreign_hash("correct horse", "$6$saltsaltsaltsalt", hash);
	enroll_with_hash("imported", hash);
	settings.hash_cost = 5;
	scratch.now_s = BORN + DAY;
	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		for (round = 0; round < 6; round++) /* from the fifth on it is throttled */
			attempt_works(names[at], round % 2 ? "wrong horse" : "correct horse", 5);
	attempt_works("policy", "", 5);
	attempt_works("nobody", "", 5);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("password_work");
	TCase *one = tcase_create("password_work");

	tcase_add_unchecked_fixture(one, scratch_make, scratch_remove);
	tcase_add_checked_fixture(one, enter, NULL);
	tcase_add_test(one, audit_f03_cost_a_cheaper_hash_is_followed_by_what_is_missing);
	tcase_add_test(one, audit_f03_cost_imported_hashes_too);
	tcase_add_test(one, sec_1_60_a_refused_hash_costs_as_much_as_a_true_one);
	tcase_add_test(one, audit_f03_cost_a_more_expensive_hash_is_judged_and_followed_by_nothing);
	tcase_add_test(one, audit_f03_cost_an_attempt_works_the_same_for_known_and_unknown);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
