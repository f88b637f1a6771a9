/* The key URI. */
#include <string.h>

#include <liberations/otpauth.h>

#include "support/check_main.h"

static const unsigned char rfc_key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";
#define KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static const struct { const char *issuer, *name, *uri; } uris[] = {
	{ "ACME", "alice", "otpauth://totp/ACME:alice?secret=" KEY "&issuer=ACME" },
	{ "Lib\303\251rations", "r.roy",
	  "otpauth://totp/Lib%C3%A9rations:r.roy?secret=" KEY "&issuer=Lib%C3%A9rations" },
	{ "A B/C?&=%#+", "zo\303\251@x.org",
	  "otpauth://totp/A%20B%2FC%3F%26%3D%25%23%2B:zo%C3%A9%40x.org?secret=" KEY },
	{ "a-b_c.d~e", "x+y", "otpauth://totp/a-b_c.d~e:x%2By?secret=" KEY "&issuer=a-b_c.d~e" },
};

START_TEST(uris_are_encoded)
{
	char uri[LBR_URI_MAX];

	ck_assert_int_eq(lbr_otpauth_uri(uris[_i].issuer, uris[_i].name, rfc_key, uri), LBR_OK);
	ck_assert_str_eq(uri, uris[_i].uri);
}
END_TEST

START_TEST(the_issuer_parameter_stays_while_the_whole_fits_a_small_code)
{
	char uri[LBR_URI_MAX], name[40];
	size_t len, expected;

	for (len = 1; len < 30; len++) {
		memset(name, 'n', len);
		name[len] = '\0';
		ck_assert_int_eq(lbr_otpauth_uri("Lib\303\251rations", name, rfc_key, uri), LBR_OK);
		expected = 15 + 16 + 1 + len + 8 + 32;
		expected += expected + 8 + 16 <= LBR_URI_QR_SMALL ? 8 + 16 : 0;
		ck_assert_uint_eq(strlen(uri), expected);
		ck_assert_uint_eq(strstr(uri, "&issuer=") != NULL, len <= 10);
	}
}
END_TEST

START_TEST(sec_1_21_no_issuer_and_no_name_becomes_syntax)
{
	static const char *const bad[] = { "", ":", "a:b", "a\nb", "a\177", "\001" };
	char uri[LBR_URI_MAX], zero[LBR_URI_MAX] = "", big[300];
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		memset(uri, 'x', sizeof(uri));
		ck_assert_int_eq(lbr_otpauth_uri(bad[at], "alice", rfc_key, uri), LBR_ERR_SYNTAX);
		ck_assert_mem_eq(uri, zero, sizeof(zero));
		ck_assert_int_eq(lbr_otpauth_uri("ACME", bad[at], rfc_key, uri), LBR_ERR_SYNTAX);
	}
	memset(big, '@', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	memset(uri, 'x', sizeof(uri));
	ck_assert_int_eq(lbr_otpauth_uri("ACME", big, rfc_key, uri), LBR_ERR_RANGE);
	ck_assert_mem_eq(uri, zero, sizeof(zero));
	big[63] = '\0';
	ck_assert_int_eq(lbr_otpauth_uri(big, big, rfc_key, uri), LBR_OK);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("otpauth");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, uris_are_encoded, 0, sizeof(uris) / sizeof(uris[0]));
	tcase_add_test(tests, the_issuer_parameter_stays_while_the_whole_fits_a_small_code);
	tcase_add_test(tests, sec_1_21_no_issuer_and_no_name_becomes_syntax);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
