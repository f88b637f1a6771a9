/* Recovery codes of eight digits, which came with an imported phone. */
#include "support/check_main.h"

#include <string.h>

#include <liberations/recovery.h>

#include "support/scratch_store.h"

static unsigned match(const struct lbr_account *account, const char *text)
{
	struct lbr_secret typed;

	ck_assert_int_eq(lbr_secret_set(&typed, text, strlen(text)), LBR_OK);
	return lbr_recovery_match(scratch.keyring, account, &typed);
}

START_TEST(are_read_as_they_are_typed_and_match_their_own_place)
{
	static const char codes[3][LBR_RECOVERY_DIGITS + 1] = { "10000018", "20000026", "30000034" };
	struct lbr_account account = { .name = "alice" };

	scratch_enter();
	ck_assert_int_eq(lbr_recovery_take(scratch.keyring, &account, codes, 3), LBR_OK);
	ck_assert_uint_eq(account.recovery_count, 3);
	ck_assert_uint_eq(match(&account, "10000018"), 1);
	ck_assert_uint_eq(match(&account, "2000 0026"), 2);
	ck_assert_uint_eq(match(&account, " 3000-0034 "), 3);
	ck_assert_uint_eq(match(&account, "10000019"), 0);
	ck_assert_uint_eq(match(&account, "1000001"), 0);
	ck_assert_uint_eq(match(&account, "1000001800"), 0);
	ck_assert_uint_eq(match(&account, "1000001A"), 0);
	ck_assert_uint_eq(match(&account, "00000000"), 0);
	memcpy(account.name, "bob\0\0", 6);
	ck_assert_uint_eq(match(&account, "10000018"), 0);
}
END_TEST

START_TEST(are_one_to_ten)
{
	static const char codes[LBR_RECOVERY_CODES + 1][LBR_RECOVERY_DIGITS + 1] = { "10000018" };
	struct lbr_account account = { .name = "alice" };

	scratch_enter();
	ck_assert_int_eq(lbr_recovery_take(scratch.keyring, &account, codes, 0), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_recovery_take(scratch.keyring, &account, codes, LBR_RECOVERY_CODES + 1), LBR_ERR_RANGE);
	ck_assert_uint_eq(account.recovery_set, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("recovery_digits");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_test(tests, are_read_as_they_are_typed_and_match_their_own_place);
	tcase_add_test(tests, are_one_to_ten);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
