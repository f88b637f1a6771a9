/* A QR code as lines of text. */
#include <liberations/otpauth.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <qrencode.h>

struct picture {
	const QRcode *code;
	int           margin;
	bool          inverted;
	char         *bytes;
	size_t        len;
	bool          full;
};

static void put(struct picture *picture, const char *text)
{
	size_t len = strlen(text);

	if (len >= LBR_QR_TEXT_MAX - picture->len) {
		picture->full = true;
		return;
	}
	memcpy(picture->bytes + picture->len, text, len + 1);
	picture->len += len;
}

/* True if a module is drawn with ink. The quiet zone is light, and so is what lies beyond it (half a line). */
static bool has_ink(const struct picture *picture, int row, int column)
{
	int width = picture->code->width;
	bool dark = false;

	row -= picture->margin;
	column -= picture->margin;
	if (row >= 0 && row < width && column >= 0 && column < width)
		dark = picture->code->data[row * width + column] & 1;
	return dark == picture->inverted;
}

/* Mixed modes: the key consists of letters that take 5.5 bits each, so longer names fit into a smaller picture. */
static QRcode *encode(const char *uri)
{
	return QRcode_encodeString(uri, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
}

static void discard(QRcode *code)
{
	if (code != NULL)
		lbr_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
}

/* The issuer parameter, which comes last, repeats the label. NULL if there is no issuer. */
static QRcode *encode_without_issuer(const char *uri)
{
	const char *end = strstr(uri, "&issuer=");
	char bare[LBR_URI_MAX];
	QRcode *code;

	if (end == NULL || (size_t)(end - uri) >= sizeof(bare))
		return NULL;
	(void)snprintf(bare, sizeof(bare), "%.*s", (int)(end - uri), uri);
	code = encode(bare);
	lbr_wipe(bare, sizeof(bare));
	return code;
}

/* The whole URI, if its picture is at most `wanted` modules wide or would be no smaller without the issuer. */
static QRcode *encode_narrow(const char *uri, int wanted)
{
	QRcode *code = encode(uri), *bare;

	if (code == NULL || code->width <= wanted)
		return code;
	bare = encode_without_issuer(uri);
	if (bare == NULL || bare->width >= code->width) {
		discard(bare);
		return code;
	}
	discard(code);
	return bare;
}

static void draw_blocks(struct picture *picture, int side)
{
	static const char *const blocks[] = { " ", "\342\226\204", "\342\226\200", "\342\226\210" }; /* none ▄ ▀ █ */
	int row, column;

	for (row = 0; row < side; row += 2) {
		for (column = 0; column < side; column++)
			put(picture, blocks[2 * has_ink(picture, row, column) + has_ink(picture, row + 1, column)]);
		put(picture, "\n");
	}
}

static void draw_ascii(struct picture *picture, int side)
{
	int row, column;

	for (row = 0; row < side; row++) {
		for (column = 0; column < side; column++)
			put(picture, has_ink(picture, row, column) ? "##" : "  ");
		put(picture, "\n");
	}
}

/* With as much of the wanted margin as fits. */
static void draw(struct picture *picture, enum lbr_qr_style style, int room)
{
	int spare = (room - picture->code->width) / 2, side;

	if (spare < LBR_QR_MARGIN_MIN) {
		picture->full = true;
		return;
	}
	if (picture->margin > spare)
		picture->margin = spare;
	side = picture->code->width + 2 * picture->margin;
	if (style == LBR_QR_ASCII)
		draw_ascii(picture, side);
	else
		draw_blocks(picture, side);
}

enum lbr_error lbr_qr_text(const char *uri, enum lbr_qr_style style, unsigned margin, int inverted,
                           char ret[LBR_QR_TEXT_MAX])
{
	int room = style == LBR_QR_ASCII ? LBR_QR_COLUMNS / 2 : LBR_QR_COLUMNS; /* modules */
	struct picture picture = { .margin = (int)margin, .inverted = inverted != 0, .bytes = ret };
	QRcode *code;

	lbr_wipe(ret, LBR_QR_TEXT_MAX);
	if (style == LBR_QR_NONE)
		return LBR_OK;
	if (margin > LBR_QR_MARGIN_MAX)
		return LBR_ERR_RANGE;
	code = encode_narrow(uri, room - 2 * picture.margin);
	if (code == NULL)
		return errno == ENOMEM ? LBR_ERR_MEMORY : LBR_ERR_RANGE;
	picture.code = code;
	draw(&picture, style, room);
	discard(code);
	if (picture.full)
		lbr_wipe(ret, LBR_QR_TEXT_MAX);
	return picture.full ? LBR_ERR_RANGE : LBR_OK;
}
