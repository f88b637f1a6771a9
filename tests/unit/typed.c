/* What people copy and paste, swept: each blank, dash and invisible sign of Unicode, and each decimal digit of every script, wherever
 * a form is read; and a password of a person's own, which none of them changes. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include <liberations/combined_answer.h>
#include <liberations/password.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#include "support/check_main.h"

#define LAST_POINT 0x10ffff
#define SURROGATES 0xd800
#define AFTER_SURROGATES 0xe000
#define CODE "287082"
#define RECOVERY "ABCDEFGHJK"
#define TEMPORARY "abcde-fghjk-mnpqr-stvwx"

static void append(struct lbr_secret *secret, const char *text, size_t len)
{
	ck_assert_uint_lt(secret->len + len, sizeof(secret->bytes));
	memcpy(secret->bytes + secret->len, text, len);
	secret->len += len;
}

static void append_point(struct lbr_secret *secret, ucs4_t point)
{
	uint8_t bytes[6];
	int len = u8_uctomb(bytes, point, sizeof(bytes));

	ck_assert_int_gt(len, 0);
	append(secret, (const char *)bytes, (size_t)len);
}

/* The pattern, with the point in the place of each '_'. */
static struct lbr_secret with(const char *pattern, ucs4_t point)
{
	struct lbr_secret secret;

	ck_assert_int_eq(lbr_secret_set(&secret, "", 0), LBR_OK);
	for (; *pattern != '\0'; pattern++)
		if (*pattern == '_')
			append_point(&secret, point);
		else
			append(&secret, pattern, 1);
	return secret;
}

static bool are_equal(const struct lbr_secret *one, const struct lbr_secret *other)
{
	return one->len == other->len && memcmp(one->bytes, other->bytes, one->len) == 0;
}

/* By its general category alone, which is not what the product asks. Some signs of the category Cf are seen, U+0600 for one. */
static bool parts(ucs4_t point)
{
	return uc_is_general_category(point, UC_CATEGORY_Zs) || uc_is_general_category(point, UC_CATEGORY_Zl) ||
	       uc_is_general_category(point, UC_CATEGORY_Zp) || uc_is_general_category(point, UC_CATEGORY_Pd) ||
	       (uc_is_general_category(point, UC_CATEGORY_Cf) &&
	        uc_is_property(point, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT));
}

static void reads_as_code(const char *pattern, ucs4_t point)
{
	struct lbr_secret typed = with(pattern, point);
	char digits[LBR_CODE_DIGITS + 1];

	ck_assert_msg(lbr_token_read(&typed, digits), "U+%04X in %s", (unsigned)point, pattern);
	ck_assert_str_eq(digits, CODE);
}

static void reads_as_recovery_code(const char *pattern, ucs4_t point)
{
	struct lbr_secret typed = with(pattern, point);
	char code[LBR_RECOVERY_CHARS + 1];

	ck_assert_msg(lbr_recovery_read(&typed, code), "U+%04X in %s", (unsigned)point, pattern);
	ck_assert_str_eq(code, RECOVERY);
}

static void reads_as_temporary(const char *pattern, ucs4_t point)
{
	struct lbr_secret typed = with(pattern, point), read, right = with(TEMPORARY, 0);

	lbr_password_read_temporary(&typed, &read);
	ck_assert_msg(are_equal(&read, &right), "U+%04X in %s", (unsigned)point, pattern);
}

/* One field: the password before the code comes out byte for byte, and the code as it was typed. */
static void is_cut(const char *password, const char *code, ucs4_t point)
{
	struct lbr_secret answer = with(password, point), before = answer, behind = with(code, point), one, other;

	append(&answer, behind.bytes, behind.len);
	ck_assert_msg(lbr_combined_answer_split(&answer, &one, &other) == LBR_OK, "U+%04X in %s%s", (unsigned)point, password, code);
	ck_assert_msg(are_equal(&one, &before), "U+%04X in %s%s", (unsigned)point, password, code);
	ck_assert(are_equal(&other, &behind));
}

static void judge_separator(ucs4_t point)
{
	reads_as_code("287_082", point);
	reads_as_code("_287082_", point);
	reads_as_code("__2_8_7_0_8_2__", point);
	reads_as_recovery_code("ABCDE_FGHJK", point);
	reads_as_recovery_code("_abcde_-_fghjk_", point);
	reads_as_temporary("_abcde_fghjk_mnpqr_stvwx_", point);
	reads_as_temporary("ABCDE-_FGHJK-_MNPQR-_STVWX", point);
	is_cut("a phrase", "287082_", point);
	is_cut("a phrase", "287_082", point);
	is_cut("a phrase", "28_70_82_", point);
	is_cut("a phrase", "ABCDE_FGHJK_", point);
	is_cut("a phrase", "abcde_-_fghjk", point);
	is_cut("_a_phrase_", "287082", point);
	is_cut("_a_phrase_", "ABCDE-FGHJK", point);
}

/* What has the form of nothing is compared as it was typed. */
static void leaves_passwords_alone(ucs4_t point)
{
	static const char *const passwords[] = { "_a phrase of one's own_", "_", "abcde_fghjk_mnpqr", "_abcde_fghjk_mnpqr_stvwxy" };
	struct lbr_secret typed, read, one, other;
	size_t at;

	for (at = 0; at < sizeof(passwords) / sizeof(passwords[0]); at++) {
		typed = with(passwords[at], point);
		lbr_password_read_temporary(&typed, &read);
		ck_assert_msg(are_equal(&typed, &read), "U+%04X in %s", (unsigned)point, passwords[at]);
	}
	typed = with("_a phrase of one's own_", point);
	ck_assert_int_eq(lbr_combined_answer_split(&typed, &one, &other), LBR_ERR_SYNTAX);
}

START_TEST(sec_1_49_each_blank_dash_and_invisible_sign_is_passed_over)
{
	static const ucs4_t known[] = { 0x20, 0xa0, 0xad, 0x200b, 0x200e, 0x200f, 0x202f, 0x2011, 0x2013, 0x2028, 0x3000, 0xfeff };
	unsigned found = 0;
	ucs4_t point;
	size_t at;

	for (at = 0; at < sizeof(known) / sizeof(known[0]); at++)
		ck_assert_msg(parts(known[at]), "the sweep passes by U+%04X", (unsigned)known[at]);
	for (point = 1; point <= LAST_POINT; point++) {
		if (point == SURROGATES)
			point = AFTER_SURROGATES;
		if (!parts(point))
			continue;
		found++;
		judge_separator(point);
		leaves_passwords_alone(point);
	}
	ck_assert_uint_gt(found, 180); /* 17 blanks, 2 ends of lines, 25 dashes, and the tags at U+E0000 among what shows nothing */
}
END_TEST

/* The digits of a script stand in a row, from nought to nine: their values are known without asking for them. */
static void judge_digit(ucs4_t point, unsigned value)
{
	char code[] = "_87082", recovery[] = "_BCDE-FGHJK", read[LBR_RECOVERY_CHARS + 1];
	struct lbr_secret typed = with(code, point), text = with(recovery, point);

	ck_assert_msg(lbr_token_read(&typed, read), "U+%04X", (unsigned)point);
	ck_assert_msg(read[0] == (char)('0' + value), "U+%04X is read as %c", (unsigned)point, read[0]);
	ck_assert_str_eq(&read[1], &CODE[1]);
	ck_assert(lbr_recovery_read(&text, read));
	ck_assert_msg(read[0] == (char)('0' + value), "U+%04X is read as %c", (unsigned)point, read[0]);
	if (value > 1) /* 0 and 1 are in no temporary password */
		reads_as_temporary(TEMPORARY, point);
	is_cut("a phrase ", "______", point);
	is_cut("a phrase", "___-___", point);
	is_cut("a phrase_", "287082", point);
	is_cut("_", "287082", point);
	leaves_passwords_alone(point);
}

START_TEST(sec_1_49_each_digit_of_every_script_is_one)
{
	unsigned value = 0, found = 0;
	ucs4_t point;

	for (point = 1; point <= LAST_POINT; point++) {
		if (point == SURROGATES)
			point = AFTER_SURROGATES;
		if (!uc_is_general_category(point, UC_CATEGORY_Nd)) {
			ck_assert_uint_eq(value % 10, 0);
			value = 0;
			continue;
		}
		judge_digit(point, value++ % 10);
		found++;
	}
	ck_assert_uint_ge(found, 500);
}
END_TEST

/* Every other sign makes it something else: a letter of another script that looks like a digit, a fraction, an accent. */
START_TEST(sec_1_49_no_other_sign_is_passed_over)
{
	static const ucs4_t signs[] = { 0x2e, 0x2c, 0x2f, 0x5f, 0xb7, 0xb2, 0xbd, 0x301, 0x600, 0x2460, 0x2080, 0x41e, 0x3007, 0xfffd };
	char digits[LBR_CODE_DIGITS + 1];
	struct lbr_secret typed;
	size_t at;

	for (at = 0; at < sizeof(signs) / sizeof(signs[0]); at++) {
		typed = with("287_082", signs[at]);
		ck_assert_msg(!lbr_token_read(&typed, digits), "U+%04X", (unsigned)signs[at]);
		typed = with("28_082", signs[at]);
		ck_assert_msg(!lbr_token_read(&typed, digits), "U+%04X", (unsigned)signs[at]);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("typed");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, sec_1_49_each_blank_dash_and_invisible_sign_is_passed_over);
	tcase_add_test(tests, sec_1_49_each_digit_of_every_script_is_one);
	tcase_add_test(tests, sec_1_49_no_other_sign_is_passed_over);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
