/* Stored hashes: which may match, and all that must not. The lowest cost, except where the cost is the matter. */
#include <string.h>

#include "support/check_main.h"
#include "support/hashes.h"

START_TEST(hashes_of_the_allowed_methods_match)
{
	static const char *const settings[] = { "$6$saltsalt", "$6$rounds=1000$saltsalt", "$y$j75$saltsalt",
	                                        "$gy$j75$saltsalt" };
	char hash[LBR_HASH_MAX];

	foreign_hash("correct horse", settings[_i], hash);
	ck_assert(matches("correct horse", hash));
	ck_assert(!matches("correct horsf", hash));
	ck_assert(lbr_password_is_outdated(hash, LBR_COST_DEFAULT));
}
END_TEST

static const char *const no_hashes[] = {
	"", "*", "!", "*0", "*1", "x", "$", "$$", "$y$", "$y$j75", "$y$j75$", "$y$j9T$", "$y$j75$saltsalt", "$y$j75$salt$",
	"$gy$", "$6$", "$6$$", "$6$saltsalt", "$6$saltsalt$", "$6$rounds=999999999$saltsalt$x", "$zz$abc", "$y", "!$y$j75$a$b",
	"plain", "$y$/////$saltsalt$x", "$y$jzzzzzzz$saltsalt$x", "$y$j75$salt salt$x", "$y$j75$salt\nsalt$x",
};

START_TEST(sec_1_60_what_is_no_hash_matches_nothing)
{
	ck_assert(!matches(no_hashes[_i], no_hashes[_i]));
	ck_assert(!matches("correct horse", no_hashes[_i]));
}
END_TEST

static const char *const refused_settings[] = {
	"ab", "$1$saltsalt$", "$5$saltsalt$", "$2b$04$abcdefghijklmnopqrstuu", "_J9..rasm",
};

START_TEST(sec_1_60_a_true_hash_of_a_refused_method_matches_nothing)
{
	char hash[LBR_HASH_MAX];

	foreign_hash("correct horse", refused_settings[_i], hash);
	ck_assert(!matches("correct horse", hash));
	ck_assert(!matches(hash, hash));
}
END_TEST

START_TEST(sec_1_60_an_over_long_hash_is_refused)
{
	char hash[LBR_HASH_MAX + 8];

	hash_of("correct horse", LBR_COST_MIN, hash);
	memset(hash + strlen(hash), 'x', sizeof(hash) - strlen(hash) - 1);
	hash[sizeof(hash) - 1] = '\0';
	ck_assert(!matches("correct horse", hash));
}
END_TEST

START_TEST(sec_1_61_a_truncated_extended_or_recased_hash_matches_nothing)
{
	char hash[LBR_HASH_MAX], other[LBR_HASH_MAX];
	size_t len, at;

	hash_of("correct horse", LBR_COST_MIN, hash);
	len = strlen(hash);
	memcpy(other, hash, sizeof(other));
	for (at = 7; at < len; at++) {
		other[at] = '\0';
		ck_assert(!matches("correct horse", other));
		other[at] = hash[at];
		if ((hash[at] | 0x20) < 'a' || (hash[at] | 0x20) > 'z')
			continue;
		other[at] = (char)(hash[at] ^ 0x20);
		ck_assert(!matches("correct horse", other));
		other[at] = hash[at];
	}
	ck_assert(matches("correct horse", other));
	other[len] = '.';
	other[len + 1] = '\0';
	ck_assert(!matches("correct horse", other));
	other[len] = '$';
	ck_assert(!matches("correct horse", other));
}
END_TEST

START_TEST(sec_1_62_no_changed_bit_of_a_hash_matches)
{
	char hash[LBR_HASH_MAX];
	size_t len, at = (size_t)_i / 7;
	int bit = _i % 7; /* the eighth is not printable, so it costs the decoy: once below */

	hash_of("correct horse", LBR_COST_MIN, hash);
	len = strlen(hash);
	ck_assert_uint_eq(len, 73);
	hash[at] = (char)(hash[at] ^ 1 << bit);
	ck_assert(!matches("correct horse", hash));
	ck_assert(at % 8 != 0 || !matches("wrong horse", hash));
	hash[at] = (char)(hash[at] ^ 1 << bit);
	if (bit == 0 && at % 24 == 0) {
		hash[at] = (char)(hash[at] ^ 0x80);
		ck_assert(!matches("correct horse", hash));
	}
}
END_TEST

START_TEST(outdated_is_another_method_or_a_lower_cost)
{
	char hash[LBR_HASH_MAX];

	hash_of("x", 1, hash);
	ck_assert(!lbr_password_is_outdated(hash, 1));
	ck_assert(lbr_password_is_outdated(hash, 2));
	ck_assert(lbr_password_is_outdated("", 5));
	ck_assert(lbr_password_is_outdated("$y$j9", 5));
	ck_assert(!lbr_password_is_outdated("$y$j9T$salt$hash", 5));
	ck_assert(!lbr_password_is_outdated("$y$j9T$salt$hash", 4));
	ck_assert(lbr_password_is_outdated("$y$j9T$salt$hash", 6));
	ck_assert(lbr_password_is_outdated("$gy$j9T$salt$hash", 1));
}
END_TEST

#define ROWS(list) (int)(sizeof(list) / sizeof((list)[0]))

static Suite *suite(void)
{
	Suite *suite = suite_create("password_form");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, hashes_of_the_allowed_methods_match, 0, 4);
	tcase_add_loop_test(tests, sec_1_60_what_is_no_hash_matches_nothing, 0, ROWS(no_hashes));
	tcase_add_loop_test(tests, sec_1_60_a_true_hash_of_a_refused_method_matches_nothing, 0, ROWS(refused_settings));
	tcase_add_test(tests, sec_1_60_an_over_long_hash_is_refused);
	tcase_add_test(tests, sec_1_61_a_truncated_extended_or_recased_hash_matches_nothing);
	tcase_add_loop_test(tests, sec_1_62_no_changed_bit_of_a_hash_matches, 0, 73 * 7);
	tcase_add_test(tests, outdated_is_another_method_or_a_lower_cost);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
