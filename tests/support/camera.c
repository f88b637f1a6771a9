#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera.h"

#include "check_main.h"
#include "child.h"

#define SCALE 4
#define AROUND 8 /* modules of the terminal's own background, which a camera sees too */

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

void camera_look_at(const char *text, enum lbr_qr_style style, struct screen *screen)
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

static bool has_ink(const struct screen *screen, int row, int column)
{
	return row >= 0 && row < screen->height && column >= 0 && column < screen->width && screen->ink[row][column];
}

/* What a camera sees: light ink on a dark terminal, or dark ink on a light one. PBM: 1 is black. */
static char *photograph(const struct screen *screen, bool dark_ink, size_t *ret_len)
{
	int width = (screen->width + 2 * AROUND) * SCALE, height = (screen->height + 2 * AROUND) * SCALE, row, column;
	size_t room = (size_t)(width * height + height + 64), len;
	char *image = malloc(room);

	ck_assert_ptr_nonnull(image);
	len = (size_t)snprintf(image, room, "P1\n%d %d\n", width, height);
	for (row = 0; row < height; row++) {
		for (column = 0; column < width; column++)
			image[len++] = has_ink(screen, row / SCALE - AROUND, column / SCALE - AROUND) == dark_ink ? '1' : '0';
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

bool camera_draw(const char *uri, enum lbr_qr_style style, unsigned margin, int inverted, struct screen *screen)
{
	static char text[LBR_QR_TEXT_MAX];
	enum lbr_error error = lbr_qr_text(uri, style, margin, inverted, text);

	if (error != LBR_OK) {
		ck_assert_int_eq(error, LBR_ERR_RANGE);
		ck_assert_str_eq(text, "");
		return false;
	}
	camera_look_at(text, style, screen);
	ck_assert_int_le(screen->width * (style == LBR_QR_ASCII ? 2 : 1), 80);
	return true;
}

void camera_scan(const struct screen *screen, bool dark_ink, const char *uri)
{
	size_t len;
	char *image = photograph(screen, dark_ink, &len);

	expect_decoded(image, len, uri);
	free(image);
}
