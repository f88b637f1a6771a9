/* A QR code as PNG: libqrencode finds the modules, libpng writes the file, both in memory. */
#include "picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <qrencode.h>

#include <liberations/secret.h>

#define MARGIN 4
#define SCALE 8 /* pixels: large enough to be scanned from a screen, small enough to be mailed */
#define WHITE 255

static void paint_module(unsigned char *pixels, size_t side, int row, int column)
{
	size_t y, top = (size_t)(row + MARGIN) * SCALE, left = (size_t)(column + MARGIN) * SCALE;

	for (y = top; y < top + SCALE; y++)
		memset(pixels + y * side + left, 0, SCALE);
}

static void paint(const QRcode *code, unsigned char *pixels, size_t side)
{
	int row, column;

	memset(pixels, WHITE, side * side);
	for (row = 0; row < code->width; row++)
		for (column = 0; column < code->width; column++)
			if ((code->data[row * code->width + column] & 1) != 0)
				paint_module(pixels, side, row, column);
}

static enum lbr_error compress(const unsigned char *pixels, size_t side, char ret[PICTURE_MAX], size_t *ret_len)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = (png_uint_32)side, .height = (png_uint_32)side,
	                    .format = PNG_FORMAT_GRAY };
	png_alloc_size_t len = PICTURE_MAX;
	bool written = png_image_write_to_memory(&image, ret, &len, 0, pixels, 0, NULL) != 0 && len <= PICTURE_MAX;

	png_image_free(&image);
	*ret_len = written ? len : 0;
	return written ? LBR_OK : LBR_ERR_RANGE;
}

static enum lbr_error draw(const QRcode *code, char ret[PICTURE_MAX], size_t *ret_len)
{
	size_t side = (size_t)(code->width + 2 * MARGIN) * SCALE;
	unsigned char *pixels = malloc(side * side);
	enum lbr_error error;

	if (pixels == NULL)
		return LBR_ERR_MEMORY;
	paint(code, pixels, side);
	error = compress(pixels, side, ret, ret_len);
	lbr_wipe(pixels, side * side);
	free(pixels);
	return error;
}

enum lbr_error cli_picture_png(const char *uri, char ret[PICTURE_MAX], size_t *ret_len)
{
	QRcode *code = QRcode_encodeString(uri, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	enum lbr_error error;

	*ret_len = 0;
	if (code == NULL)
		return errno == ENOMEM ? LBR_ERR_MEMORY : LBR_ERR_RANGE;
	error = draw(code, ret, ret_len);
	if (error != LBR_OK)
		lbr_wipe(ret, PICTURE_MAX);
	lbr_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return error;
}
