/* Texts for limited readers: plain ASCII, or without bytes that control a terminal. */
#include <liberations/texts.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"

/* No replacement is longer than the UTF-8 it replaces, so both functions work in place. */
static const struct { uint16_t point; char ascii[4]; } plain[] = {
	{ 0x00ab, "\"" }, { 0x00bb, "\"" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2019, "'" }, { 0x2026, "..." },
	{ 0x00c0, "A" }, { 0x00c2, "A" }, { 0x00c4, "A" }, { 0x00c6, "AE" }, { 0x00c7, "C" },
	{ 0x00c8, "E" }, { 0x00c9, "E" }, { 0x00ca, "E" }, { 0x00cb, "E" }, { 0x00ce, "I" }, { 0x00cf, "I" },
	{ 0x00d4, "O" }, { 0x00d6, "O" }, { 0x00d9, "U" }, { 0x00db, "U" }, { 0x00dc, "U" },
	{ 0x00e0, "a" }, { 0x00e2, "a" }, { 0x00e4, "a" }, { 0x00e6, "ae" }, { 0x00e7, "c" },
	{ 0x00e8, "e" }, { 0x00e9, "e" }, { 0x00ea, "e" }, { 0x00eb, "e" }, { 0x00ee, "i" }, { 0x00ef, "i" },
	{ 0x00f4, "o" }, { 0x00f6, "o" }, { 0x00f9, "u" }, { 0x00fb, "u" }, { 0x00fc, "u" }, { 0x00ff, "y" },
	{ 0x0152, "OE" }, { 0x0153, "oe" }, { 0x0178, "Y" },
};

static const char *plain_form(uint32_t point)
{
	size_t at;

	for (at = 0; at < sizeof(plain) / sizeof(plain[0]); at++)
		if (plain[at].point == point)
			return plain[at].ascii;
	return "?";
}

void lbr_text_to_ascii(char *text)
{
	char *from = text, *to = text;

	while (*from != '\0') {
		uint32_t point;
		size_t len = lbr_utf8_decode(from, &point), put = 1;

		if (len == 1) {
			*to = *from;
		} else {
			const char *form = len == 0 ? "?" : plain_form(point);

			put = strlen(form);
			memcpy(to, form, put);
		}
		from += len == 0 ? 1 : len;
		to += put;
	}
	*to = '\0';
}

/* Controls, and the marks that end a line or change the reading direction. */
static bool is_harmful(uint32_t point, bool lines)
{
	if (point < 0x20)
		return !(lines && point == '\n');
	return (point >= 0x7f && point <= 0x9f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

void lbr_text_sanitise(char *text, bool lines)
{
	char *from = text, *to = text;

	while (*from != '\0') {
		uint32_t point;
		size_t len = lbr_utf8_decode(from, &point);

		if (len == 0 || is_harmful(point, lines)) {
			*to++ = '?';
			from += len == 0 ? 1 : len;
			continue;
		}
		memmove(to, from, len);
		to += len;
		from += len;
	}
	*to = '\0';
}
