/* No picture is wider than a terminal: what is left out or made smaller for that. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/camera.h"
#include "support/check_main.h"

#define TEN "abcde.hijk"
#define LONG_NAME TEN TEN TEN TEN TEN TEN "1234" /* 64 characters, LBR_NAME_MAX */
#define LONG_ISSUER "The Staff of the Society for the Advancement of Libraries, Ltd."

/* What ASCII makes of it with `margin`: its width in modules, 0 for nothing; whether the issuer parameter is kept. */
static const struct { const char *issuer, *name; unsigned margin; int width; bool issuer_kept; } ascii_rows[] = {
	{ "ACME", "bob", 2, 33 + 4, true }, { "ACME", "bob", 4, 33 + 6, true }, { "Lib\303\251rations", "alice", 2, 33 + 4, false },
	{ "Lib\303\251rations", "alice", 4, 33 + 6, false }, { "Lib\303\251rations", "alice", 1, 37 + 2, true },
	{ "Lib\303\251rations", TEN "abc", 2, 33 + 4, false }, { "Lib\303\251rations", TEN TEN, 2, 37 + 2, false },
	{ "Lib\303\251rations", TEN TEN TEN TEN, 4, 37 + 2, false }, { "Lib\303\251rations", TEN TEN TEN TEN TEN, 2, 0, false },
	{ "ACME", TEN TEN TEN TEN TEN, 2, 37 + 2, false }, { "ACME", LONG_NAME, 2, 0, false }, { "A", LONG_NAME, 1, 0, false },
	{ LONG_ISSUER, "bob", 2, 0, false }, { LONG_ISSUER, LONG_NAME, 4, 0, false },
	{ "Twenty-eight letters of it.", TEN, 2, 37 + 2, false },
};

START_TEST(ascii_keeps_to_80_columns_and_is_decoded)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";
	static struct screen screen;
	char uri[LBR_URI_MAX], *end;
	int inverted;

	ck_assert_int_eq(lbr_otpauth_uri(ascii_rows[_i].issuer, ascii_rows[_i].name, key, uri), LBR_OK);
	for (inverted = 0; inverted <= 1; inverted++) {
		if (!camera_draw(uri, LBR_QR_ASCII, ascii_rows[_i].margin, inverted, &screen))
			screen.width = 0;
		ck_assert_int_eq(screen.width, ascii_rows[_i].width);
		end = strstr(uri, "&issuer=");
		if (end != NULL && !ascii_rows[_i].issuer_kept)
			*end = '\0';
		if (screen.width > 0)
			camera_scan(&screen, inverted, uri);
	}
}
END_TEST

static int modules(const char *uri)
{
	static struct screen screen;

	ck_assert(camera_draw(uri, LBR_QR_UTF8, 1, 0, &screen));
	return screen.width - 2;
}

/* Names of all lengths; the issuer parameter goes only where that makes the picture smaller. */
START_TEST(ascii_of_any_name_is_narrow_and_decoded_or_left_out)
{
	static const char *const issuers[] = { "Lib\303\251rations", "ACME", LONG_ISSUER };
	static struct screen screen;
	char uri[LBR_URI_MAX], bare[LBR_URI_MAX];
	unsigned char key[LBR_TOKEN_KEY_LEN];
	size_t at;

	for (at = 0; at < sizeof(issuers) / sizeof(issuers[0]); at++) {
		ck_assert_int_eq(lbr_token_draw(key), LBR_OK);
		ck_assert_int_eq(lbr_otpauth_uri(issuers[at], &LONG_NAME[63 - _i], key, uri), LBR_OK);
		(void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(uri, "&"), uri);
		if (!camera_draw(uri, LBR_QR_ASCII, 4, 0, &screen))
			ck_assert_uint_gt(strlen(bare), LBR_URI_QR_SMALL);
		else
			camera_scan(&screen, false, modules(uri) > modules(bare) ? bare : uri);
	}
}
END_TEST

START_TEST(half_blocks_of_the_longest_names_keep_to_80_columns)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";
	static struct screen screen;
	char uri[LBR_URI_MAX], issuer[64] = "", name[65] = "";
	unsigned margin;
	int at;

	for (at = 0; at < 31; at++)
		memcpy(issuer + 2 * at, "\303\251", 2);
	for (at = 0; at < 32; at++)
		memcpy(name + 2 * at, "\303\251", 2);
	ck_assert_int_eq(lbr_otpauth_uri(issuer, name, key, uri), LBR_OK);
	for (margin = 1; margin <= LBR_QR_MARGIN_MAX; margin++) {
		ck_assert(camera_draw(uri, LBR_QR_UTF8, margin, 0, &screen));
		camera_scan(&screen, 0, uri);
	}
	memset(uri, 'x', 600);
	uri[600] = '\0';
	ck_assert(!camera_draw(uri, LBR_QR_UTF8, 2, 0, &screen));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("qr_narrow");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test_with(tests, ascii_keeps_to_80_columns_and_is_decoded, 0, sizeof(ascii_rows) / sizeof(ascii_rows[0]),
		"zbarimg", "zbar-tools");
	tcase_add_loop_test_with(tests, ascii_of_any_name_is_narrow_and_decoded_or_left_out, 0, 64, "zbarimg", "zbar-tools");
	tcase_add_test_with(tests, half_blocks_of_the_longest_names_keep_to_80_columns, "zbarimg", "zbar-tools");
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
