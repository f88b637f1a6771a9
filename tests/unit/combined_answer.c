/* One answer cut into password and code: at one place or none, by the shape of its end. */
#include <stdio.h>
#include <string.h>

#include <liberations/combined_answer.h>
#include <liberations/random.h>

#include "support/check_main.h"

struct row {
	const char *password, *code; /* code "": it is not cut */
};

static const struct row rows[] = {
	/* six digits */
	{"a phrase 12", "123456"}, {"1", "123456"}, {"a phrase", "000000"}, {"123456", "123456"}, {"caf\303\251", "123456"},
	{"123456", ""}, {"12345", ""}, {"a phrase 12345x", ""}, {"a house 12345", ""},
	/* in groups, with blanks and dashes of any kind, and with what a paste leaves behind; the password is taken as it is */
	{"a phrase ", "123 456"}, {"a phrase", "123-456"}, {"a phrase", "12 34 56"}, {"a phrase", "123\302\240456"},
	{"a phrase", "123\342\200\223456"}, {"a phrase", "123456 "}, {"a phrase", "123456\033[201~"},
	{"a phrase", "\357\274\221\357\274\222\357\274\223\357\274\224\357\274\225\357\274\226"},
	{"a phrase", "\331\241\331\242\331\243\331\244\331\245\331\246"}, {"\033[200~a phrase", "123456\033[201~"},
	{"a phrase", "\033[200~123456\033[201~"}, {"a phrase", "\033[200~ABCDE-FGHJK\033[201~"}, {"\033[200~a phrase", "123 456"},
	{"\033[200~123456\033[201~", ""},
	{"a phrase ", "123456"}, {"a phrase-", "123456"}, {"tel 514", "123 456"}, {"a phrase 12", "34 56 78"},
	{"1 2345 6", ""}, {"a phrase, 1 23456", ""}, {"a phrase, 1234 56", ""}, {"123 456", ""},
	/* a recovery code, as it is shown or in small letters, with the look-alikes that are read for others */
	{"a phrase", "ABCDE-FGHJK"}, {"1", "01234-56789"}, {"a phrase ", "vwxyz-abcde"}, {"a phrase", "OIL01-oil01"},
	{"a phrase", "zzzzz-ZZZZZ"}, {"a phrase-", "ABCDE-FGHJK"}, {"caf\303\251", "ABCDE-FGHJK"}, {"123456", "ABCDE-FGHJK"},
	{"ABCDE-FGHJK", "ABCDE-FGHJK"}, {"A", "BCDEF-GHJKM"}, {"a phrase", "11111-11111"}, {"a phrase ", "ABCDE FGHJK"},
	{"a phrase", "ABCDE\342\200\223FGHJK"}, {"a phrase", "ABCDE\342\200\224FGHJK"}, {"a phrase", "ABCDE - FGHJK"},
	{"a phrase ", "ABCDE-FGHJK "}, {"a phrase", "ABCDE\302\240FGHJK"}, {"a p", "hrase 12345 "},
	/* nearly one */
	{"ABCDE-FGHJK", ""}, {"BCDE-FGHJK", ""}, {"a phrase ABCDE-FGHJ", ""}, {"a phrase BCDE-FGHJK", ""},
	{"a phrase ABCDEFGHJK", ""},
	{"a phrase ABCDE_FGHJK", ""}, {"a phrase ABCDE--GHJK", ""}, {"a phrase ABCD--FGHJK", ""},
	{"a phrase ABCDE-FGHJ\303\251", ""}, {"a phrase UBCDE-FGHJK", ""}, {"a phrase ABCDu-FGHJK", ""},
	{"a phrase ABCDE-UGHJK", ""}, {"a phrase ABCDE-FGHJu", ""}, {"a phrase @BCDE-FGHJK", ""},
	{"a phrase ABCDE-FGHJ[", ""}, {"a phrase `bcde-fghjk", ""}, {"a phrase abcde-fghj{", ""}, {"a phrase /2345-67890", ""},
	{"a phrase 12345-6789:", ""},
	/* both shapes: a password that ends like a recovery code, and a hyphen before six digits */
	{"my white-green", "123456"}, {"ABCDE-FGHJK", "123456"}, {"ABCDE-", "123456"}, {"my white-1", "234567"},
	{"a phrase", "ABCDE-12345"}, {"a phrase", "12345-67890"}, {"a phrase 123456", "12345-67890"}, {"a phrase", "ABCD1-23456"},
	/* a temporary password, which has the hyphens too, or blanks in their places */
	{"abcde-fghjk-mnpqr-stvwx", ""}, {"abcde-fghjk-mnpqr-stvwx", "123456"}, {"abcde-fghjk-mnpqr-stvwx", "ABCDE-FGHJK"},
	{"abcde fghjk mnpqr stvwx", ""}, {"abcde-fghjk-mnpqr-stvwx ", ""},
	{"abcde-fghjk-", "ABCDE-FGHJK"}, {"Abcde-fghjk-", "mnpqr-stvwx"}, {"abcde-fghjk ", "mnpqr-stvwx"},
	{"1bcde-fghjk-", "mnpqr-stvwx"}, {"xabcde-fghjk-", "mnpqr-stvwx"}, {"bcde-fghjk-", "mnpqr-stvwx"},
	{"abcdef-ghjk-", "mnpqr-stvwx"},
};

static void set(struct lbr_secret *secret, const char *first, const char *second)
{
	char text[128];
	int len = snprintf(text, sizeof(text), "%s%s", first, second);

	ck_assert_int_eq(lbr_secret_set(secret, text, (size_t)len), LBR_OK);
}

START_TEST(every_answer_is_cut_at_its_one_place)
{
	const struct row *row = &rows[_i];
	struct lbr_secret answer = {0}, password = {0}, code = {0};

	set(&answer, row->password, row->code);
	set(&password, "left", " over");
	set(&code, "left", " over");
	if (row->code[0] == '\0') {
		ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_ERR_SYNTAX);
		ck_assert_uint_eq(password.len + code.len, 0);
		return;
	}
	ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_OK);
	ck_assert_str_eq(password.bytes, row->password);
	ck_assert_str_eq(code.bytes, row->code);
	ck_assert_uint_eq(password.len, strlen(row->password));
	ck_assert_uint_eq(code.len, strlen(row->code));
}
END_TEST

START_TEST(a_temporary_password_alone_is_never_cut)
{
	struct lbr_secret temporary = {0}, answer = {0}, password = {0}, code = {0};
	int round;

	for (round = 0; round < 2000; round++) {
		ck_assert_int_eq(lbr_random_password(&temporary), LBR_OK);
		ck_assert_int_eq(lbr_combined_answer_split(&temporary, &password, &code), LBR_ERR_SYNTAX);
		set(&answer, temporary.bytes, "012345");
		ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_OK);
		ck_assert(lbr_secret_equal(&password, &temporary));
	}
}
END_TEST

START_TEST(the_longest_and_the_empty_answer)
{
	struct lbr_secret answer = {0}, password = {0}, code = {0};

	ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_ERR_SYNTAX);
	memset(answer.bytes, 'x', LBR_SECRET_MAX);
	answer.len = LBR_SECRET_MAX;
	ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_ERR_SYNTAX);
	memcpy(answer.bytes + LBR_SECRET_MAX - 11, "ABCDE-FGHJK", 11);
	ck_assert_int_eq(lbr_combined_answer_split(&answer, &password, &code), LBR_OK);
	ck_assert_uint_eq(password.len, LBR_SECRET_MAX - 11);
	ck_assert_str_eq(code.bytes, "ABCDE-FGHJK");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("entry");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, every_answer_is_cut_at_its_one_place, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, a_temporary_password_alone_is_never_cut);
	tcase_add_test(tests, the_longest_and_the_empty_answer);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
