/* What a mistyped word is taken for, and what is too far from everything. */
#include "../../cli/suggest.h"

#include <string.h>

#include "support/check_main.h"

static const struct {
	const char *typed, *candidate;
	unsigned    distance; /* 9: not kept */
} pairs[] = {
	{ "enroll", "enroll", 0 }, { "enrol", "enroll", 1 }, { "enrolll", "enroll", 1 }, { "enrall", "enroll", 1 },
	{ "enrlol", "enroll", 1 }, { "nerlol", "enroll", 2 }, { "neroxx", "enroll", 9 }, { "enr", "enroll", 9 },
	{ "enro", "enroll", 2 }, { "lst", "list", 1 }, { "ls", "list", 9 }, { "tyr", "try", 1 }, { "ab", "ba", 1 },
	{ "xyz", "try", 9 }, { "a", "b", 9 }, { "ab", "cd", 9 }, { "", "a", 9 }, { "a", "", 9 }, { "a", "ab", 9 },
	{ "--jsno", "--json", 1 }, { "zoe", "zo\xc3\xa9", 9 }, { "zoel", "zo\xc3\xa9l", 2 },
};

START_TEST(each_pair_has_its_distance)
{
	struct suggestion meant;

	cli_suggest_begin(&meant, pairs[_i].typed);
	cli_suggest_try(&meant, pairs[_i].candidate);
	ck_assert_str_eq(meant.best, pairs[_i].distance == 9 ? "" : pairs[_i].candidate);
	if (pairs[_i].distance != 9)
		ck_assert_uint_eq(meant.distance, pairs[_i].distance);
}
END_TEST

START_TEST(the_nearest_is_kept_and_of_two_the_first)
{
	static const char *const names[] = { "robin", "rubin", "robert", "rabin" };
	struct suggestion meant;
	size_t at, first;

	for (first = 0; first < 4; first++) {
		cli_suggest_begin(&meant, "rbin");
		for (at = 0; at < 4; at++)
			cli_suggest_try(&meant, names[(first + at) % 4]);
		ck_assert_str_eq(meant.best, "rabin");
	}
}
END_TEST

START_TEST(no_length_is_too_much)
{
	char most[LBR_NAME_MAX + 1], more[4096];
	struct suggestion meant;

	memset(most, 'x', sizeof(most) - 1);
	most[sizeof(most) - 1] = '\0';
	memset(more, 'x', sizeof(more) - 1);
	more[sizeof(more) - 1] = '\0';
	cli_suggest_begin(&meant, most);
	cli_suggest_try(&meant, more);
	ck_assert_str_eq(meant.best, "");
	cli_suggest_try(&meant, most);
	ck_assert_str_eq(meant.best, most);
	cli_suggest_begin(&meant, more);
	cli_suggest_try(&meant, most);
	ck_assert_str_eq(meant.best, "");
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_suggest");
	TCase *test = tcase_create("cli_suggest");

	tcase_add_loop_test(test, each_pair_has_its_distance, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(test, the_nearest_is_kept_and_of_two_the_first);
	tcase_add_test(test, no_length_is_too_much);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
