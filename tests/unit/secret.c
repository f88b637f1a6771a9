/* Secrets, reasons and languages. */
#include <liberations/secret.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <liberations/language.h>

#include "support/check_main.h"

static bool is_zero(const void *memory, size_t size)
{
	const unsigned char *bytes = memory;
	size_t at;

	for (at = 0; at < size; at++)
		if (bytes[at] != 0)
			return false;
	return true;
}

START_TEST(sec_1_65_wiping_reaches_the_whole_capacity)
{
	struct lbr_secret secret;
	char memory[40];

	memset(&secret, 0xaa, sizeof(secret));
	lbr_secret_wipe(&secret);
	ck_assert(is_zero(&secret, sizeof(secret)));
	memset(memory, 0xaa, sizeof(memory));
	lbr_wipe(memory, sizeof(memory) - 1);
	ck_assert(is_zero(memory, sizeof(memory) - 1));
	ck_assert_int_eq((unsigned char)memory[sizeof(memory) - 1], 0xaa);
	lbr_secret_wipe(NULL);
	lbr_wipe(NULL, 0);
}
END_TEST

START_TEST(setting_leaves_nothing_of_what_was_there)
{
	struct lbr_secret secret;

	memset(&secret, 0xaa, sizeof(secret));
	ck_assert_int_eq(lbr_secret_set(&secret, "abc", 3), LBR_OK);
	ck_assert_uint_eq(secret.len, 3);
	ck_assert_str_eq(secret.bytes, "abc");
	ck_assert(is_zero(secret.bytes + 3, sizeof(secret.bytes) - 3));
	ck_assert_int_eq(lbr_secret_set(&secret, "", 0), LBR_OK);
	ck_assert(is_zero(&secret, sizeof(secret)));
}
END_TEST

START_TEST(what_does_not_fit_leaves_the_secret_empty)
{
	char bytes[LBR_SECRET_MAX + 1];
	struct lbr_secret secret;

	memset(bytes, 'x', sizeof(bytes));
	ck_assert_int_eq(lbr_secret_set(&secret, bytes, LBR_SECRET_MAX), LBR_OK);
	ck_assert_uint_eq(secret.len, LBR_SECRET_MAX);
	ck_assert_int_eq(secret.bytes[LBR_SECRET_MAX], '\0');
	ck_assert_int_eq(lbr_secret_set(&secret, bytes, LBR_SECRET_MAX + 1), LBR_ERR_RANGE);
	ck_assert(is_zero(&secret, sizeof(secret)));
	bytes[7] = '\0';
	ck_assert_int_eq(lbr_secret_set(&secret, "abc", 3), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&secret, bytes, 8), LBR_ERR_SYNTAX);
	ck_assert(is_zero(&secret, sizeof(secret)));
}
END_TEST

START_TEST(equality_is_of_the_bytes_in_use)
{
	static const char *const words[] = { "", "a", "b", "ab", "aB", "abc" };
	struct lbr_secret one, other;
	char full[LBR_SECRET_MAX];
	size_t i, j;

	for (i = 0; i < 6; i++)
		for (j = 0; j < 6; j++) {
			lbr_secret_set(&one, words[i], strlen(words[i]));
			lbr_secret_set(&other, words[j], strlen(words[j]));
			ck_assert_int_eq(lbr_secret_equal(&one, &other), i == j);
		}
	one.bytes[100] = 'z'; /* behind the end: not part of it */
	ck_assert(lbr_secret_equal(&one, &other) && lbr_secret_equal(&other, &one));
	one.len++; /* the length counts even where the bytes do not differ */
	ck_assert(!lbr_secret_equal(&one, &other) && !lbr_secret_equal(&other, &one));
	memset(full, 'x', sizeof(full));
	lbr_secret_set(&one, full, sizeof(full));
	full[LBR_SECRET_MAX - 1] = 'y';
	lbr_secret_set(&other, full, sizeof(full));
	ck_assert(!lbr_secret_equal(&one, &other));
	ck_assert(lbr_bytes_equal("abcd", "abcX", 3) && !lbr_bytes_equal("abcd", "abcX", 4));
	ck_assert(lbr_bytes_equal("a", "b", 0));
	ck_assert(!lbr_bytes_equal("\x80", "\0", 1));
}
END_TEST

START_TEST(reasons_grow_and_are_cut_never_overrun)
{
	struct lbr_reason reason;
	char long_text[LBR_REASON_MAX * 2];

	ck_assert_int_eq(lbr_fail(&reason, LBR_ERR_DAMAGED, LBR_WHY(LOOK_ALIKE), "word"), LBR_ERR_DAMAGED);
	lbr_reason_prefix_clause(&reason, LBR_WHY(LINE), 3U);
	lbr_reason_prefix(&reason, "file");
	ck_assert_str_eq(reason.text, "file: line 3: looks like word, which already exists");
	ck_assert_int_eq(lbr_fail_at(&reason, LBR_ERR_EXISTS, "al\033ice", LBR_WHY(EXISTS)), LBR_ERR_EXISTS);
	ck_assert_str_eq(reason.text, "al?ice: already exists");
	ck_assert_int_eq(lbr_fail_system(&reason, ENOENT, "open %s", "x"), LBR_ERR_SYSTEM);
	ck_assert_str_eq(reason.text, "open x: No such file or directory");
	lbr_fail_system(&reason, 99999, "call");
	ck_assert_str_eq(reason.text, "call: unknown error");
	memset(long_text, 'w', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	lbr_fail(&reason, LBR_ERR_RANGE, LBR_WHY(UNKNOWN_KEY), long_text);
	ck_assert_uint_eq(strlen(reason.text), LBR_REASON_MAX - 1);
	lbr_reason_prefix(&reason, long_text);
	ck_assert_uint_eq(strlen(reason.text), LBR_REASON_MAX - 1);
	lbr_fail_system(&reason, EIO, "%s", long_text);
	ck_assert_uint_eq(strlen(reason.text), LBR_REASON_MAX - 1);
	ck_assert_int_eq(lbr_fail(NULL, LBR_ERR_BUSY, LBR_WHY(NO_KEY)), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_fail_at(NULL, LBR_ERR_BUSY, "x", LBR_WHY(NO_KEY)), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_fail_system_at(NULL, EIO, "x", LBR_WHY(NO_KEY)), LBR_ERR_SYSTEM);
	ck_assert_int_eq(lbr_fail_bare(NULL, LBR_ERR_BUSY), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_fail_system(NULL, EIO, "x"), LBR_ERR_SYSTEM);
	lbr_reason_prefix(NULL, "x");
	lbr_reason_prefix_clause(NULL, LBR_WHY(LINE), 1U);
}
END_TEST

START_TEST(every_error_has_a_name_of_its_own)
{
	int one, other;

	for (one = LBR_OK; one <= LBR_ERR_UNKNOWN; one++) {
		ck_assert_str_ne(lbr_error_name((enum lbr_error)one), "unknown");
		for (other = LBR_OK; other < one; other++)
			ck_assert_str_ne(lbr_error_name((enum lbr_error)one), lbr_error_name((enum lbr_error)other));
	}
	ck_assert_str_eq(lbr_error_name((enum lbr_error)(LBR_ERR_UNKNOWN + 1)), "unknown");
}
END_TEST

START_TEST(locales_name_languages)
{
	static const char *const french[] = { "fr", "fr_CA", "fr_CA.UTF-8", "fr.UTF-8", "fr@euro", "fr_FR@euro" };
	static const char *const english[] = { "", "C", "POSIX", "en_GB.UTF-8", "de_DE", "f", "fro", "frr_DE", "FR", "_fr" };
	size_t at;

	for (at = 0; at < sizeof(french) / sizeof(french[0]); at++)
		ck_assert_int_eq(lbr_language_of_locale(french[at]), LBR_LANGUAGE_FR);
	for (at = 0; at < sizeof(english) / sizeof(english[0]); at++)
		ck_assert_int_eq(lbr_language_of_locale(english[at]), LBR_LANGUAGE_EN);
	ck_assert_int_eq(lbr_language_of_locale(NULL), LBR_LANGUAGE_EN);
	ck_assert_str_eq(lbr_language_name(LBR_LANGUAGE_EN), "en");
	ck_assert_str_eq(lbr_language_name(LBR_LANGUAGE_FR), "fr");
	ck_assert_str_eq(lbr_language_name(LBR_LANGUAGE_NONE), "-");
}
END_TEST

START_TEST(the_first_variable_that_is_set_names_the_language)
{
	static const struct {
		const char       *lc_all, *lc_messages, *lang;
		enum lbr_language language;
	} cases[] = {
		{ NULL, NULL, NULL, LBR_LANGUAGE_EN },      { NULL, NULL, "fr_CA", LBR_LANGUAGE_FR },
		{ "", "", "fr_CA", LBR_LANGUAGE_FR },       { NULL, "fr_CA", "en_CA", LBR_LANGUAGE_FR },
		{ "", "en_CA", "fr_CA", LBR_LANGUAGE_EN },  { "fr_CA", "en_CA", "en_CA", LBR_LANGUAGE_FR },
		{ "C", "fr_CA", "fr_CA", LBR_LANGUAGE_EN }, { "fr_CA", NULL, NULL, LBR_LANGUAGE_FR },
	};
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++)
		ck_assert_int_eq(lbr_language_of_environment(cases[at].lc_all, cases[at].lc_messages, cases[at].lang),
		                 cases[at].language);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("secret");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, sec_1_65_wiping_reaches_the_whole_capacity);
	tcase_add_test(tests, setting_leaves_nothing_of_what_was_there);
	tcase_add_test(tests, what_does_not_fit_leaves_the_secret_empty);
	tcase_add_test(tests, equality_is_of_the_bytes_in_use);
	tcase_add_test(tests, reasons_grow_and_are_cut_never_overrun);
	tcase_add_test(tests, every_error_has_a_name_of_its_own);
	tcase_add_test(tests, locales_name_languages);
	tcase_add_test(tests, the_first_variable_that_is_set_names_the_language);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
