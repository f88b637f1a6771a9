/* The QR code: drawn, looked at as a terminal shows it, and decoded by zbarimg. */
#include <string.h>

#include <liberations/otpauth.h>

#include "support/camera.h"
#include "support/check_main.h"

/* A URI of its own for each round: another key, names of all lengths. */
static void draw_uri(int round, char uri[LBR_URI_MAX])
{
	static const char *const issuers[] = { "Lib\303\251rations", "ACME", "Lib\303\251rations", "The Staff of A & B, Ltd" };
	unsigned char key[LBR_TOKEN_KEY_LEN];
	char name[80];
	int at;

	ck_assert_int_eq(lbr_token_draw(key), LBR_OK);
	for (at = 0; at < 1 + 3 * round; at++)
		name[at] = "abcdefghijklmnopqrstuvwxyz0123456789.@"[(at + round) % 38];
	name[at] = '\0';
	ck_assert_int_eq(lbr_otpauth_uri(issuers[round % 4], name, key, uri), LBR_OK);
}

START_TEST(every_drawing_is_decoded_to_its_uri)
{
	static struct screen screen;
	char uri[LBR_URI_MAX];
	int inverted;

	draw_uri(_i, uri);
	for (inverted = 0; inverted <= 1; inverted++) {
		ck_assert(camera_draw(uri, LBR_QR_UTF8, 2 + 2 * (_i % 2), inverted, &screen));
		camera_scan(&screen, inverted, uri);
	}
}
END_TEST

START_TEST(the_largest_small_uri_fits_80x24)
{
	static char text[LBR_QR_TEXT_MAX];
	static struct screen screen;
	char uri[LBR_URI_QR_SMALL + 1];

	memset(uri, 'x', LBR_URI_QR_SMALL);
	uri[LBR_URI_QR_SMALL] = '\0';
	ck_assert_int_eq(lbr_qr_text(uri, LBR_QR_UTF8, 2, 0, text), LBR_OK);
	camera_look_at(text, LBR_QR_UTF8, &screen);
	ck_assert_int_eq(screen.width, 37 + 4);
	ck_assert_int_le(screen.height / 2, 24 - 3);
	ck_assert_int_le(screen.width, 80);
}
END_TEST

START_TEST(the_quiet_zone_is_light)
{
	static char text[LBR_QR_TEXT_MAX];
	static struct screen screen;
	int inverted, at, edge;

	for (inverted = 0; inverted <= 1; inverted++) {
		ck_assert_int_eq(lbr_qr_text("x", LBR_QR_UTF8, 4, inverted, text), LBR_OK);
		camera_look_at(text, LBR_QR_UTF8, &screen);
		for (at = 0; at < screen.width; at++)
			for (edge = 0; edge < 4; edge++) {
				ck_assert_int_eq(screen.ink[edge][at], !inverted);
				ck_assert_int_eq(screen.ink[screen.height - 1 - edge][at], !inverted);
				ck_assert_int_eq(screen.ink[at][edge], !inverted);
				ck_assert_int_eq(screen.ink[at][screen.width - 1 - edge], !inverted);
			}
		ck_assert_int_eq(screen.ink[4][4], inverted); /* the corner of a finder pattern is dark */
	}
}
END_TEST

START_TEST(what_cannot_be_drawn_leaves_nothing)
{
	static char text[LBR_QR_TEXT_MAX], zero[LBR_QR_TEXT_MAX], big[4000];

	memset(big, 'x', sizeof(big) - 1);
	memset(text, 'y', sizeof(text));
	ck_assert_int_eq(lbr_qr_text("x", LBR_QR_NONE, 2, 0, text), LBR_OK);
	ck_assert_mem_eq(text, zero, sizeof(text));
	memset(text, 'y', sizeof(text));
	ck_assert_int_eq(lbr_qr_text(big, LBR_QR_UTF8, 2, 0, text), LBR_ERR_RANGE); /* no QR code holds it */
	ck_assert_mem_eq(text, zero, sizeof(text));
	big[2000] = '\0';
	memset(text, 'y', sizeof(text));
	ck_assert_int_eq(lbr_qr_text(big, LBR_QR_ASCII, 2, 0, text), LBR_ERR_RANGE); /* no terminal does */
	ck_assert_mem_eq(text, zero, sizeof(text));
	ck_assert_int_eq(lbr_qr_text("", LBR_QR_UTF8, 2, 0, text), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_qr_text("x", LBR_QR_UTF8, LBR_QR_MARGIN_MAX + 1, 0, text), LBR_ERR_RANGE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("qr");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test_with(tests, every_drawing_is_decoded_to_its_uri, 0, 20, "zbarimg", "zbar-tools");
	tcase_add_test(tests, the_largest_small_uri_fits_80x24);
	tcase_add_test(tests, the_quiet_zone_is_light);
	tcase_add_test(tests, what_cannot_be_drawn_leaves_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
