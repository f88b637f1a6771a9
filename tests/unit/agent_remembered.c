/* What the agent remembers of a verification: whose, how long, and what is left of it afterwards. */
#include "../../agent/session.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/password.h>
#include <liberations/secret.h>

#include "support/check_main.h"

#define STARTED_MS 5000000

static struct lbr_settings settings;
static struct lbr_session session;
static struct lbr_secret password;
static int64_t clock_ms;

/* In place of the agent's clock. */
int64_t lbr_monotonic_ms(void)
{
	return clock_ms;
}

static void remember(const char *name, uint64_t generation, bool whole, const struct lbr_secret *typed)
{
	struct lbr_account account = {.generation = generation};

	memcpy(account.name, name, strlen(name));
	lbr_remember(&session, &account, whole, typed);
}

static void enter(void)
{
	session.settings = &settings;
	clock_ms = STARTED_MS;
	ck_assert_int_eq(lbr_secret_set(&password, "correct horse", 13), LBR_OK);
}

START_TEST(at_first_no_name_is_verified)
{
	ck_assert(!lbr_is_verified(&session, "alice"));
	ck_assert(!lbr_is_verified(&session, ""));
	clock_ms = 0;
	ck_assert(!lbr_is_verified(&session, ""));
}
END_TEST

START_TEST(the_person_is_verified_and_no_other)
{
	static const char *const others[] = { "", "alic", "alice2", "Alice", "alice ", "bob" };
	size_t at;

	remember("alice", 42, true, &password);
	ck_assert(lbr_is_verified(&session, "alice"));
	for (at = 0; at < sizeof(others) / sizeof(others[0]); at++)
		ck_assert_msg(!lbr_is_verified(&session, others[at]), "\"%s\"", others[at]);
	ck_assert_uint_eq(session.verified.generation, 42);
	ck_assert(session.verified.whole);
	ck_assert(lbr_secret_equal(&session.verified.password, &password));
}
END_TEST

START_TEST(a_verification_ends_after_ten_minutes)
{
	remember("alice", 1, true, &password);
	clock_ms = STARTED_MS + 600000;
	ck_assert(lbr_is_verified(&session, "alice"));
	clock_ms++;
	ck_assert(!lbr_is_verified(&session, "alice"));
}
END_TEST

START_TEST(looking_makes_it_no_longer)
{
	remember("alice", 1, true, &password);
	clock_ms = STARTED_MS + 599999;
	ck_assert(lbr_is_verified(&session, "alice"));
	clock_ms = STARTED_MS + 600001;
	ck_assert(!lbr_is_verified(&session, "alice"));
}
END_TEST

START_TEST(a_new_verification_replaces_the_one_before)
{
	remember("alice", 1, true, &password);
	clock_ms += 500000;
	remember("bob", 2, false, NULL);
	ck_assert(!lbr_is_verified(&session, "alice"));
	ck_assert(!session.verified.whole);
	ck_assert_uint_eq(session.verified.generation, 2);
	clock_ms += 500000;
	ck_assert(lbr_is_verified(&session, "bob"));
}
END_TEST

/* Every byte of a secret, and of the name. */
static bool holds(const void *bytes, size_t size, const char *text)
{
	return memmem(bytes, size, text, strlen(text)) != NULL;
}

START_TEST(a_password_that_is_not_known_any_more_leaves_no_byte)
{
	remember("alice", 1, true, &password);
	ck_assert(holds(&session, sizeof(session), "horse"));
	remember("al", 1, true, NULL);
	ck_assert(!holds(&session, sizeof(session), "horse"));
	ck_assert(!holds(&session, sizeof(session), "ice"));
	ck_assert_uint_eq(session.verified.password.len, 0);
}
END_TEST

START_TEST(what_is_forgotten_leaves_no_byte)
{
	static const struct lbr_verified nothing;

	remember("alice", 1, true, &password);
	lbr_forget(&session);
	ck_assert(!lbr_is_verified(&session, "alice"));
	ck_assert(!lbr_is_verified(&session, ""));
	ck_assert_mem_eq(&session.verified, &nothing, sizeof(nothing));
}
END_TEST

START_TEST(the_longest_name_is_remembered_whole)
{
	char name[LBR_NAME_MAX + 1], shorter[LBR_NAME_MAX + 1];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memcpy(shorter, name, sizeof(name));
	shorter[sizeof(name) - 2] = '\0';
	remember(name, 1, true, &password);
	ck_assert(lbr_is_verified(&session, name));
	ck_assert(!lbr_is_verified(&session, shorter));
}
END_TEST

START_TEST(only_a_hash_that_is_behind_the_policy_is_to_be_made_anew)
{
	struct lbr_account account = {.name = "alice"};

	ck_assert_int_eq(lbr_password_hash(&password, 1, account.password_hash), LBR_OK);
	settings.hash_cost = 1;
	lbr_remember(&session, &account, true, &password);
	ck_assert(!session.verified.outdated);
	settings.hash_cost = 2;
	lbr_remember(&session, &account, true, &password);
	ck_assert(session.verified.outdated);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_remembered");
	TCase *test = tcase_create("agent_remembered");

	tcase_add_checked_fixture(test, enter, NULL);
	tcase_add_test(test, at_first_no_name_is_verified);
	tcase_add_test(test, the_person_is_verified_and_no_other);
	tcase_add_test(test, a_verification_ends_after_ten_minutes);
	tcase_add_test(test, looking_makes_it_no_longer);
	tcase_add_test(test, a_new_verification_replaces_the_one_before);
	tcase_add_test(test, a_password_that_is_not_known_any_more_leaves_no_byte);
	tcase_add_test(test, what_is_forgotten_leaves_no_byte);
	tcase_add_test(test, the_longest_name_is_remembered_whole);
	tcase_add_test(test, only_a_hash_that_is_behind_the_policy_is_to_be_made_anew);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
