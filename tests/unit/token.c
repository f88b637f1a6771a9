/* The token: known answers of the RFCs, the window, the forms. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/token.h>

#include "support/check_main.h"

static const unsigned char rfc_key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";

static struct lbr_secret typed(const char *text)
{
	struct lbr_secret secret;

	ck_assert_int_eq(lbr_secret_set(&secret, text, strlen(text)), LBR_OK);
	return secret;
}

static int64_t match(const char *text, int64_t now_step, unsigned window)
{
	struct lbr_secret secret = typed(text);

	return lbr_token_match(rfc_key, &secret, now_step, window);
}

static const char *code_of(int64_t step, char ret[LBR_CODE_DIGITS + 1])
{
	ck_assert_int_eq(lbr_token_code(rfc_key, step, ret), LBR_OK);
	return ret;
}

START_TEST(std_H3_rfc_4226_appendix_d)
{
	static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314",
	                                     "254676", "287922", "162583", "399871", "520489" };
	char code[LBR_CODE_DIGITS + 1];

	ck_assert_str_eq(code_of(_i, code), codes[_i]);
}
END_TEST

/* The six last of the eight digits printed there. */
static const struct { int64_t time_s; const char *code; } rfc_6238[] = {
	{ 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" },
	{ 2000000000, "279037" }, { 20000000000, "353130" },
};

START_TEST(std_T1_rfc_6238_appendix_b)
{
	char code[LBR_CODE_DIGITS + 1];

	ck_assert_str_eq(code_of(lbr_token_step(rfc_6238[_i].time_s), code), rfc_6238[_i].code);
	ck_assert_int_eq(match(rfc_6238[_i].code, lbr_token_step(rfc_6238[_i].time_s), 0), rfc_6238[_i].time_s / 30);
}
END_TEST

START_TEST(steps_are_rounded_down)
{
	ck_assert_int_eq(lbr_token_step(INT64_MIN), 0);
	ck_assert_int_eq(lbr_token_step(-1), 0);
	ck_assert_int_eq(lbr_token_step(0), 0);
	ck_assert_int_eq(lbr_token_step(29), 0);
	ck_assert_int_eq(lbr_token_step(30), 1);
	ck_assert_int_eq(lbr_token_step(INT64_C(2147483647)), 71582788);
	ck_assert_int_eq(lbr_token_step(INT64_C(8589934592)), 286331153);
}
END_TEST

START_TEST(sec_1_27_the_window_is_exact)
{
	static const int64_t nows[] = { 10, 57000000, 71582788, 143165576, 286331153, INT64_C(1) << 40 };
	char code[LBR_CODE_DIGITS + 1];
	unsigned window;
	int64_t offset;
	size_t at;

	for (at = 0; at < sizeof(nows) / sizeof(nows[0]); at++)
		for (window = 0; window <= LBR_WINDOW_MAX; window++)
			for (offset = -3; offset <= 3; offset++) {
				bool inside = offset >= -(int64_t)window && offset <= (int64_t)window;

				code_of(nows[at] + offset, code);
				ck_assert_int_eq(match(code, nows[at], window), inside ? nows[at] + offset : 0);
			}
	ck_assert_int_eq(match(code_of(10, code), 10, LBR_WINDOW_MAX + 1), 0);
}
END_TEST

START_TEST(no_step_up_to_1970_and_none_beyond_time_is_matched)
{
	char code[LBR_CODE_DIGITS + 1];

	ck_assert_int_eq(match(code_of(0, code), 0, 2), 0);
	ck_assert_int_eq(match(code_of(0, code), 1, 2), 0);
	ck_assert_int_eq(match(code_of(1, code), 0, 2), 1);
	ck_assert_int_eq(match(code_of(1, code), 1, 2), 1);
	ck_assert_int_eq(match(code_of(0, code), -1, 2), 0);
	ck_assert_int_eq(match(code_of(0, code), INT64_MIN, 2), 0);
	ck_assert_int_eq(match(code_of(INT64_MAX, code), INT64_MAX, 2), 0);
	ck_assert_int_eq(lbr_token_code(rfc_key, -1, code), LBR_ERR_INTERNAL);
	ck_assert_str_eq(code, "");
}
END_TEST

START_TEST(of_two_steps_with_one_code_the_newer_wins)
{
	char one[LBR_CODE_DIGITS + 1], other[LBR_CODE_DIGITS + 1];

	ck_assert_str_eq(code_of(910737, one), code_of(910738, other));
	ck_assert_int_eq(match(one, 910737, 1), 910738);
	ck_assert_int_eq(match(one, 910738, 1), 910738);
	ck_assert_int_eq(match(one, 910737, 0), 910737);
}
END_TEST

/* The code of step 1 is 287082: copied, pasted, dictated, and typed on other keyboards. */
static const char *const right_forms[] = {
	"287082", "287 082", "287082 ", " 287082", "287082\n", "287082\r\n", "2870 82", "28 7082", "287  082", "287\t082", "287-082",
	"-287082", " 287 082", "287 082 ", "2 8 7 0 8 2", "28-70-82",
	"287\302\240082", "287\342\200\257082", "287\342\200\211082", "\343\200\200287082", "287\342\200\213082", /* blanks */
	"\357\273\277287082", "\342\200\216287082\342\200\217", "287\302\255082", /* what shows nothing */
	"287\342\200\220082", "287\342\200\221082", "287\342\200\223082", "287\342\200\224082", "287\342\210\222082",
	"287\357\274\215082", /* dashes */
	"\357\274\222\357\274\230\357\274\227\357\274\220\357\274\230\357\274\222", /* full-width */
	"\331\242\331\250\331\247\331\240\331\250\331\242", "\333\262\333\270\333\267\333\260\333\270\333\262",
	"\340\245\250\340\245\256\340\245\255\340\245\246\340\245\256\340\245\250", "28\331\247082",
	"\033[200~287082\033[201~", "[200~287082[201~", "\302\233200~287082\302\233201~", "\033[200~287 082\n\033[201~",
};

static const char *const wrong_forms[] = {
	"", " ", "287.082", "+287082", "0287082", "2870820", "287082a", "28708", "28708a", "287 08", "287 0822", "287o82", "28708\262",
	"xxxxxx", "xxx xxx", "      ", "000000", "287083", "287082287082", "\302\262\302\26287082", "\033[287082", "[201287082",
	"\033[A287082", "287\377082", "------",
};

START_TEST(sec_1_49_a_code_is_six_digits_however_they_are_parted)
{
	struct lbr_secret secret = typed(right_forms[_i]);
	char digits[LBR_CODE_DIGITS + 1];

	ck_assert(lbr_token_read(&secret, digits));
	ck_assert_str_eq(digits, "287082");
	ck_assert_int_eq(match(right_forms[_i], 1, 1), 1);
	ck_assert_int_eq(match(right_forms[_i], 3, 1), 0);
}
END_TEST

START_TEST(sec_1_49_nothing_else_is_a_code)
{
	struct lbr_secret secret = typed(wrong_forms[_i]);
	int64_t steps;

	ck_assert_int_eq(match(wrong_forms[_i], 1, 1), 0);
	ck_assert_int_eq(lbr_token_distance(rfc_key, &secret, 1, 2, &steps), LBR_ERR_ABSENT);
	ck_assert_int_eq(steps, 0);
}
END_TEST

START_TEST(the_distance_to_a_clock_is_found)
{
	static const int64_t offsets[] = { -2880, -100, -1, 0, 1, 100, 2880 };
	char code[LBR_CODE_DIGITS + 1];
	struct lbr_secret secret;
	int64_t steps;
	size_t at;

	for (at = 0; at < sizeof(offsets) / sizeof(offsets[0]); at++) {
		secret = typed(code_of(57000000 + offsets[at], code));
		ck_assert_int_eq(lbr_token_distance(rfc_key, &secret, 57000000, 2880, &steps), LBR_OK);
		ck_assert_int_eq(steps, offsets[at]);
		ck_assert_int_eq(lbr_token_distance(rfc_key, &secret, 57000000, 2881, &steps), LBR_ERR_RANGE);
	}
	ck_assert_int_eq(lbr_token_distance(rfc_key, &secret, 57000000, 2879, &steps), LBR_ERR_ABSENT);
	ck_assert_int_eq(steps, 0);
}
END_TEST

START_TEST(the_key_is_shown_in_base32)
{
	char text[LBR_KEY_TEXT_MAX];

	ck_assert_int_eq(lbr_token_key_text(rfc_key, 0, text), LBR_OK);
	ck_assert_str_eq(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	ck_assert_int_eq(lbr_token_key_text(rfc_key, 1, text), LBR_OK);
	ck_assert_str_eq(text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
}
END_TEST

START_TEST(sec_1_66_drawn_keys_differ)
{
	unsigned char keys[64][LBR_TOKEN_KEY_LEN];
	int i, j;

	for (i = 0; i < 64; i++) {
		ck_assert_int_eq(lbr_token_draw(keys[i]), LBR_OK);
		for (j = 0; j < i; j++)
			ck_assert_mem_ne(keys[i], keys[j], LBR_TOKEN_KEY_LEN);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("token");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, std_H3_rfc_4226_appendix_d, 0, 10);
	tcase_add_loop_test(tests, std_T1_rfc_6238_appendix_b, 0, 6);
	tcase_add_test(tests, steps_are_rounded_down);
	tcase_add_test(tests, sec_1_27_the_window_is_exact);
	tcase_add_test(tests, no_step_up_to_1970_and_none_beyond_time_is_matched);
	tcase_add_test(tests, of_two_steps_with_one_code_the_newer_wins);
	tcase_add_loop_test(tests, sec_1_49_a_code_is_six_digits_however_they_are_parted, 0,
	                    sizeof(right_forms) / sizeof(right_forms[0]));
	tcase_add_loop_test(tests, sec_1_49_nothing_else_is_a_code, 0, sizeof(wrong_forms) / sizeof(wrong_forms[0]));
	tcase_add_test(tests, the_distance_to_a_clock_is_found);
	tcase_add_test(tests, the_key_is_shown_in_base32);
	tcase_add_test(tests, sec_1_66_drawn_keys_differ);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
