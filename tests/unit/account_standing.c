/* The standing of an account: everything that should end a session changes it, and a new hash of the same password does not. */
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

#include <liberations/account_standing.h>

#include "support/scratch_keyring.h"

static struct lbr_keyring *keyring;
static struct lbr_account account;
static unsigned char before[LBR_STANDING_LEN];

static void make(void)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";

	keyring = ring_of(KEY_A KEY_B);
	account = (struct lbr_account){.name = "alice", .generation = 7, .password_set_s = 1700000000, .password_hash = "$y$x",
	                               .password_kind = LBR_PASSWORD_OWN, .token_kind = LBR_TOKEN_CONFIRMED};
	ck_assert_int_eq(lbr_token_seal(keyring, account.name, key, &account.token), LBR_OK);
	ck_assert_int_eq(lbr_account_standing(keyring, &account, before), LBR_OK);
}

static void drop(void)
{
	lbr_keyring_free(keyring);
}

static bool stands(void)
{
	unsigned char now[LBR_STANDING_LEN];

	ck_assert_int_eq(lbr_account_standing(keyring, &account, now), LBR_OK);
	return memcmp(now, before, sizeof(now)) == 0;
}

START_TEST(the_same_account_stands_whatever_its_hash)
{
	static const unsigned char zero[LBR_STANDING_LEN];

	ck_assert(memcmp(before, zero, sizeof(zero)) != 0);
	(void)snprintf(account.password_hash, sizeof(account.password_hash), "%s", "$y$another");
	ck_assert(stands());
}
END_TEST

START_TEST(whatever_changes_it_ends_its_standing)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";

	if (_i == 0)
		account.generation++;
	if (_i == 1)
		account.password_set_s++;
	if (_i == 2) /* removed and made anew within the same second, with the same phone */
		ck_assert_int_eq(lbr_token_seal(keyring, account.name, key, &account.token), LBR_OK);
	if (_i == 3)
		(void)snprintf(account.name, sizeof(account.name), "%s", "alicf");
	ck_assert(!stands());
}
END_TEST

/* Another key in force ends no session; a key that is gone ends those of what it sealed. */
START_TEST(it_goes_with_the_key_that_sealed_the_token)
{
	unsigned char now[LBR_STANDING_LEN], zero[LBR_STANDING_LEN] = {0};

	lbr_keyring_free(keyring);
	keyring = ring_of(KEY_B KEY_A);
	ck_assert(stands());
	lbr_keyring_free(keyring);
	keyring = ring_of(KEY_B);
	ck_assert_int_eq(lbr_account_standing(keyring, &account, now), LBR_ERR_ABSENT);
	ck_assert_mem_eq(now, zero, sizeof(zero));
	(void)snprintf(account.token.key_id, sizeof(account.token.key_id), "%s", lbr_keyring_id(keyring));
	ck_assert(!stands());
}
END_TEST

/* A token that is sealed again under another key ends no session, as long as the key under which it began is there. */
START_TEST(it_outlives_a_new_seal)
{
	ck_assert(lbr_account_stands(keyring, &account, before));
	lbr_keyring_free(keyring);
	keyring = ring_of(KEY_B KEY_A);
	ck_assert_int_eq(lbr_token_reseal(keyring, account.name, &account.token), LBR_OK);
	ck_assert_str_eq(account.token.key_id, lbr_keyring_id(keyring));
	ck_assert(!stands());
	ck_assert(lbr_account_stands(keyring, &account, before));
	account.generation++;
	ck_assert(!lbr_account_stands(keyring, &account, before));
	account.generation--;
	lbr_keyring_free(keyring);
	keyring = ring_of(KEY_B);
	ck_assert(!lbr_account_stands(keyring, &account, before));
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("account_standing");
	TCase *one = tcase_create("account_standing");

	tcase_add_checked_fixture(one, make, drop);
	tcase_add_test(one, the_same_account_stands_whatever_its_hash);
	tcase_add_loop_test(one, whatever_changes_it_ends_its_standing, 0, 4);
	tcase_add_test(one, it_goes_with_the_key_that_sealed_the_token);
	tcase_add_test(one, it_outlives_a_new_seal);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
