/* The one writer of HTML. */
#include "html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/secret.h>

#include "utf8.h"

void lbr_html_begin(struct lbr_html *html, char *bytes, size_t size)
{
	*html = (struct lbr_html){ .bytes = bytes, .size = size, .error = size > 0 ? LBR_OK : LBR_ERR_RANGE };
	if (size > 0)
		bytes[0] = '\0';
}

enum lbr_error lbr_html_end(struct lbr_html *html)
{
	if (html->error == LBR_OK)
		return LBR_OK;
	lbr_wipe(html->bytes, html->size);
	html->len = 0;
	return html->error;
}

/* The last byte stays a NUL. */
void lbr_html_put_literal(struct lbr_html *html, const char *literal, size_t len)
{
	if (html->error != LBR_OK)
		return;
	if (len >= html->size - html->len) {
		html->error = LBR_ERR_RANGE;
		return;
	}
	memcpy(html->bytes + html->len, literal, len);
	html->len += len;
	html->bytes[html->len] = '\0';
}

/* What no page may hold: controls, what XML excludes, and what turns the direction of the text around it. */
static bool is_harmful(uint32_t point)
{
	return (point < 0x20 && point != '\n') || (point >= 0x7f && point <= 0x9f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069) || point == 0x200e || point == 0x200f || point == 0x061c || point == 0xfeff ||
	       (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
}

static void put_point(struct lbr_html *html, const char *bytes, size_t len, uint32_t point)
{
	if (point == '&')
		html_lit(html, "&amp;");
	else if (point == '<')
		html_lit(html, "&lt;");
	else if (point == '>')
		html_lit(html, "&gt;");
	else if (point == '"')
		html_lit(html, "&quot;");
	else if (point == '\'')
		html_lit(html, "&#39;");
	else if (is_harmful(point))
		html_lit(html, "\357\277\275");
	else
		lbr_html_put_literal(html, bytes, len);
}

void html_text(struct lbr_html *html, const char *text)
{
	while (html->error == LBR_OK && text != NULL && *text != '\0') {
		uint32_t point;
		size_t len = lbr_utf8_decode(text, &point);

		if (len == 0) {
			html->error = LBR_ERR_SYNTAX;
			return;
		}
		put_point(html, text, len, point);
		text += len;
	}
}

void html_number(struct lbr_html *html, unsigned long number)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	html_text(html, digits + at);
}
