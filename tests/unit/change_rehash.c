/* Upkeep of hashes: an older method or another cost gives way at a sign-in, and nothing else of the account does. */
#include <crypt.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "support/check_main.h"
#include "support/hashes.h" /* before the stage: it has a `scratch` of its own */

#include "support/change_stage.h"

static bool rehash(const char *name, unsigned number, uint64_t generation, enum lbr_error wanted)
{
	struct lbr_secret secret = numbered(number);
	struct lbr_reason reason = { .text = "" };
	bool done = true;

	ck_assert_int_eq(lbr_change_rehash(scratch.store, &settings, name, generation, &secret, NULL, &done, &reason),
	                 wanted);
	ck_assert(wanted == LBR_OK || !done);
	return done;
}

/* All but the hash; the generation too, since a password that was verified under the old hash was verified. */
static void is_the_same(struct lbr_account one, struct lbr_account other)
{
	memset(one.password_hash, 0, sizeof(one.password_hash));
	memset(other.password_hash, 0, sizeof(other.password_hash));
	ck_assert_mem_eq(&one, &other, sizeof(one));
}

START_TEST(a_hash_of_another_cost_is_made_anew)
{
	struct lbr_account before, after;
	struct lbr_history history;
	unsigned cost;

	enroll("cost", 0);
	must_commit("cost", 1, BORN + DAY);
	for (cost = 2; cost < 5; cost++) {
		settings.hash_cost = cost;
		before = account_of("cost");
		ck_assert_int_eq(lbr_password_is_outdated(before.password_hash, cost), true);
		ck_assert(rehash("cost", 1, before.generation, LBR_OK));
		after = account_of("cost");
		is_the_same(before, after);
		ck_assert(!lbr_password_is_outdated(after.password_hash, cost));
		ck_assert_str_ne(before.password_hash, after.password_hash);
		ck_assert(is_in_force("cost", 1));
		history = history_of("cost", 10);
		ck_assert_uint_eq(history.count, 2);
		ck_assert_str_eq(history.entries[0].hash, after.password_hash);
		ck_assert(!history.lags);
	}
	settings.hash_cost = 1; /* an older dialogue's policy */
	ck_assert(!rehash("cost", 1, after.generation, LBR_OK));
	ck_assert_str_eq(account_of("cost").password_hash, after.password_hash);
	ck_assert_int_eq(judge("cost", 0, NULL), LBR_OBJECTION_USED);
}
END_TEST

START_TEST(a_hash_that_is_up_to_date_stays)
{
	struct lbr_account before, after;

	enroll("fresh", 0);
	before = account_of("fresh");
	ck_assert(!rehash("fresh", 0, before.generation, LBR_OK));
	after = account_of("fresh");
	ck_assert_mem_eq(&before, &after, sizeof(before));
}
END_TEST

START_TEST(imported_methods_give_way)
{
	static const char *const imported[] = { "$6$rounds=1000$saltsaltsaltsalt", "$gy$j75$abcdefghijklmnop" };
	static const char *const names[] = { "six", "gost" };
	char hash[LBR_HASH_MAX];
	struct lbr_secret secret = numbered(4);

	foreign_hash(secret.bytes, imported[_i], hash);
	enroll_with_hash(names[_i], hash);
	ck_assert(is_in_force(names[_i], 4));
	rehash(names[_i], 4, account_of(names[_i]).generation, LBR_OK);
	ck_assert_int_eq(strncmp(account_of(names[_i]).password_hash, "$y$j75$", 7), 0);
	ck_assert(is_in_force(names[_i], 4));
}
END_TEST

static void expire(struct lbr_account *account)
{
	account->must_change = true;
}

START_TEST(an_account_that_changed_meanwhile_wins)
{
	struct lbr_account before, after;
	uint64_t generation;

	enroll("won", 0);
	generation = account_of("won").generation;
	change_account("won", expire);
	before = account_of("won");
	settings.hash_cost = 2;
	rehash("won", 0, generation, LBR_ERR_STALE);
	after = account_of("won");
	ck_assert_mem_eq(&before, &after, sizeof(before));
	/* What the administrator ordered stays ordered. */
	rehash("won", 0, before.generation, LBR_OK);
	ck_assert(account_of("won").must_change);
	rehash("nobody", 0, 1, LBR_ERR_ABSENT);
}
END_TEST

/* The account changes while the hash is made: this crypt_ra is where that happens. */
static bool interfere;

char *crypt_ra(const char *phrase, const char *setting, void **data, int *size)
{
	static char *(*real)(const char *, const char *, void **, int *);
	bool now = interfere;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "crypt_ra");
	interfere = false;
	if (now)
		change_account("race", expire);
	return real(phrase, setting, data, size);
}

START_TEST(an_account_that_changes_while_its_hash_is_made_wins)
{
	struct lbr_account after;

	enroll("race", 0);
	settings.hash_cost = 2;
	interfere = true;
	rehash("race", 0, account_of("race").generation, LBR_ERR_STALE);
	ck_assert(!interfere);
	after = account_of("race");
	ck_assert(after.must_change);
	ck_assert(lbr_password_is_outdated(after.password_hash, 2));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("change_rehash");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, a_hash_of_another_cost_is_made_anew);
	tcase_add_test(tests, a_hash_that_is_up_to_date_stays);
	tcase_add_loop_test(tests, imported_methods_give_way, 0, 2);
	tcase_add_test(tests, an_account_that_changed_meanwhile_wins);
	tcase_add_test(tests, an_account_that_changes_while_its_hash_is_made_wins);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
