/* A QR code as SVG: one path, a rectangle for each run of dark modules. */
#include "qr_svg.h"

#include <errno.h>
#include <stddef.h>

#include <qrencode.h>

#include <liberations/secret.h>

#define MARGIN 4

static void put_run(struct lbr_html *html, int row, int from, int to)
{
	html_lit(html, "M");
	html_number(html, (unsigned long)(from + MARGIN));
	html_lit(html, " ");
	html_number(html, (unsigned long)(row + MARGIN));
	html_lit(html, "h");
	html_number(html, (unsigned long)(to - from));
	html_lit(html, "v1H");
	html_number(html, (unsigned long)(from + MARGIN));
	html_lit(html, "z");
}

static void put_runs(struct lbr_html *html, const QRcode *code)
{
	int row, column, from;

	for (row = 0; row < code->width; row++)
		for (column = 0; column < code->width; column++) {
			for (from = column; column < code->width && (code->data[row * code->width + column] & 1) != 0; column++)
				;
			if (column > from)
				put_run(html, row, from, column);
		}
}

void lbr_qr_svg(struct lbr_html *html, const char *uri, const char *title)
{
	QRcode *code = QRcode_encodeString(uri, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	unsigned long side;

	if (code == NULL) {
		html->error = errno == ENOMEM ? LBR_ERR_MEMORY : LBR_ERR_RANGE;
		return;
	}
	side = (unsigned long)code->width + 2 * MARGIN;
	html_lit(html, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\" aria-labelledby=\"qr-title\""
	               " viewBox=\"0 0 ");
	html_number(html, side);
	html_lit(html, " ");
	html_number(html, side);
	html_lit(html, "\" shape-rendering=\"crispEdges\">\n<title id=\"qr-title\">");
	html_text(html, title);
	html_lit(html, "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<path fill=\"#000000\" d=\"");
	put_runs(html, code);
	html_lit(html, "\"/>\n</svg>\n");
	lbr_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
}
