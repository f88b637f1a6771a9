/* The QR code: drawn, looked at as a terminal shows it, and decoded by zbarimg. */
#include <liberations/otpauth.h>

#include <stdbool.h>

#include "support/check_main.h"
#include "support/child.h"

#define SCALE 4
#define SIDE_MAX 128 /* modules */

struct screen {
	int  width, height; /* modules */
	bool ink[SIDE_MAX + 1][SIDE_MAX];
};

/* Reads one character of the half blocks as a terminal would: what is inked above and below. */
static const char *read_block(const char *at, bool *above, bool *below)
{
	static const struct { const char *text; bool above, below; } blocks[] = {
		{ " ", false, false }, { "\xe2\x96\x80", true, false }, { "\xe2\x96\x84", false, true },
		{ "\xe2\x96\x88", true, true },
	};
	int block;

	for (block = 0; block < 4; block++)
		if (strncmp(at, blocks[block].text, strlen(blocks[block].text)) == 0) {
			*above = blocks[block].above;
			*below = blocks[block].below;
			return at + strlen(blocks[block].text);
		}
	ck_abort_msg("a character that is no block: %.4s", at);
	return NULL;
}

static const char *read_square(const char *at, bool *ink)
{
	*ink = at[0] == '#';
	ck_assert(at[0] == at[1] && (at[0] == '#' || at[0] == ' '));
	return at + 2;
}

static void look_at(const char *text, enum lbr_qr_style style, struct screen *screen)
{
	int column;

	memset(screen, 0, sizeof(*screen));
	for (; *text != '\0'; text++) {
		bool (*rows)[SIDE_MAX] = &screen->ink[screen->height];

		for (column = 0; *text != '\n'; column++) {
			ck_assert_int_lt(column, SIDE_MAX);
			if (style == LBR_QR_UTF8)
				text = read_block(text, &rows[0][column], &rows[1][column]);
			else
				text = read_square(text, &rows[0][column]);
		}
		ck_assert(screen->width == 0 || screen->width == column);
		screen->width = column;
		screen->height += style == LBR_QR_UTF8 ? 2 : 1;
		ck_assert_int_lt(screen->height, SIDE_MAX);
	}
}

/* What a camera sees: light ink on a dark terminal, or dark ink on a light one. PBM: 1 is black. */
static char *photograph(const struct screen *screen, bool dark_ink, size_t *ret_len)
{
	size_t room = (size_t)(screen->width * screen->height * SCALE * SCALE + screen->height * SCALE + 64), len;
	char *image = malloc(room);
	int row, column;

	ck_assert_ptr_nonnull(image);
	len = (size_t)snprintf(image, room, "P1\n%d %d\n", screen->width * SCALE, screen->height * SCALE);
	for (row = 0; row < screen->height * SCALE; row++) {
		for (column = 0; column < screen->width * SCALE; column++)
			image[len++] = screen->ink[row / SCALE][column / SCALE] == dark_ink ? '1' : '0';
		image[len++] = '\n';
	}
	*ret_len = len;
	return image;
}

static void expect_decoded(const char *image, size_t len, const char *uri)
{
	static const char *const argv[] = { "zbarimg", "-q", "--nodbus", "--raw", "pbm:-", NULL };
	char *answer = run_child(argv, image, len);

	ck_assert_ptr_nonnull(answer);
	ck_assert_uint_eq(strlen(answer), strlen(uri) + 1);
	ck_assert_int_eq(strncmp(answer, uri, strlen(uri)), 0);
	free(answer);
}

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
	static char text[LBR_QR_TEXT_MAX];
	static struct screen screen;
	char uri[LBR_URI_MAX], *image;
	int style, inverted;
	size_t len;

	draw_uri(_i, uri);
	for (style = LBR_QR_UTF8; style <= LBR_QR_ASCII; style++)
		for (inverted = 0; inverted <= 1; inverted++) {
			ck_assert_int_eq(lbr_qr_text(uri, (enum lbr_qr_style)style, 2 + 2 * (_i % 2), inverted, text), LBR_OK);
			look_at(text, (enum lbr_qr_style)style, &screen);
			image = photograph(&screen, inverted, &len);
			expect_decoded(image, len, uri);
			free(image);
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
	look_at(text, LBR_QR_UTF8, &screen);
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
		look_at(text, LBR_QR_UTF8, &screen);
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
	ck_assert_int_eq(lbr_qr_text(big, LBR_QR_ASCII, 2, 0, text), LBR_ERR_RANGE); /* the text does not */
	ck_assert_mem_eq(text, zero, sizeof(text));
	ck_assert_int_eq(lbr_qr_text("", LBR_QR_UTF8, 2, 0, text), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_qr_text("x", LBR_QR_UTF8, LBR_QR_MARGIN_MAX + 1, 0, text), LBR_ERR_RANGE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("qr");
	TCase *tests = tcase_create("all");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, every_drawing_is_decoded_to_its_uri, 0, 20);
	tcase_add_test(tests, the_largest_small_uri_fits_80x24);
	tcase_add_test(tests, the_quiet_zone_is_light);
	tcase_add_test(tests, what_cannot_be_drawn_leaves_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return run_suite(suite());
}
