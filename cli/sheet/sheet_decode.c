/* From bytes to code points, whatever program saved them. */
#include "sheet_parts.h"

#include <stdlib.h>
#include <unistr.h>

#define FIRST_CODED 0x80
#define LAST_CODED  0x9f

/* What Windows-1252 has where Latin-1 has control characters; 0: nothing. */
static const uint16_t windows_1252[LAST_CODED - FIRST_CODED + 1] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

/* All line ends become '\n'. */
static void put(struct cli_sheet *sheet, uint32_t point)
{
	if (point == '\n' && sheet->len > 0 && sheet->text[sheet->len - 1] == '\r')
		sheet->text[sheet->len - 1] = '\n';
	else
		sheet->text[sheet->len++] = point;
}

static void end_lines(struct cli_sheet *sheet)
{
	size_t at;

	for (at = 0; at < sheet->len; at++)
		if (sheet->text[at] == '\r')
			sheet->text[at] = '\n';
}

static uint32_t unit_at(const unsigned char *bytes, size_t at, bool little)
{
	return (uint32_t)bytes[at + !little] | (uint32_t)bytes[at + little] << 8;
}

static void decode_utf16(const unsigned char *bytes, size_t len, bool little, struct cli_sheet *sheet)
{
	size_t at;

	for (at = 0; at + 1 < len; at += 2) {
		uint32_t unit = unit_at(bytes, at, little), low = at + 3 < len ? unit_at(bytes, at + 2, little) : 0;

		if (unit >= 0xd800 && unit < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			at += 2;
		} else if (unit >= 0xd800 && unit < 0xe000) {
			unit = SHEET_UNDECODED;
		}
		put(sheet, unit);
	}
	if (at < len)
		put(sheet, SHEET_UNDECODED);
}

static void decode_utf8(const unsigned char *bytes, size_t len, struct cli_sheet *sheet)
{
	size_t at;
	int taken;

	for (at = 0; at < len; at += (size_t)taken) {
		ucs4_t point;

		taken = u8_mbtoucr(&point, bytes + at, len - at);
		put(sheet, taken > 0 ? point : SHEET_UNDECODED);
		if (taken <= 0)
			taken = 1;
	}
}

static void decode_windows(const unsigned char *bytes, size_t len, struct cli_sheet *sheet)
{
	size_t at;

	for (at = 0; at < len; at++) {
		uint32_t point = bytes[at];

		if (point >= FIRST_CODED && point <= LAST_CODED) {
			point = windows_1252[point - FIRST_CODED];
			if (point == 0)
				point = SHEET_UNDECODED;
		}
		put(sheet, point);
	}
}

/* Letters of Europe leave every other byte of UTF-16 zero, and few of the rest; no other text has any. */
static bool has_zeros(const unsigned char *bytes, size_t len, unsigned where)
{
	size_t zeros[2] = { 0, 0 }, at;

	for (at = 0; at < len; at++)
		zeros[at % 2] += bytes[at] == 0;
	return zeros[where] >= len / 4 && zeros[where] > 4 * zeros[1 - where];
}

/* Bytes beyond ASCII of which none is part of valid UTF-8. One that is makes the others faults, for to read them as Windows-1252
 * would give people strange names. */
static bool is_windows(const unsigned char *bytes, size_t len)
{
	size_t at, strange = 0;
	ucs4_t point;

	for (at = 0; at < len; at++) {
		if (bytes[at] < FIRST_CODED)
			continue;
		if (u8_mbtoucr(&point, bytes + at, len - at) > 0)
			return false;
		strange++;
	}
	return strange > 0;
}

bool cli_sheet_decode(const unsigned char *bytes, size_t len, struct cli_sheet *sheet)
{
	bool marked_16 = len >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff));
	bool marked_8 = len >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf;

	sheet->size = (len + 1) * sizeof(*sheet->text);
	sheet->text = malloc(sheet->size);
	if (sheet->text == NULL)
		return false;
	if (marked_16)
		decode_utf16(bytes + 2, len - 2, bytes[0] == 0xff, sheet);
	else if (marked_8)
		decode_utf8(bytes + 3, len - 3, sheet);
	else if (has_zeros(bytes, len, 1) || has_zeros(bytes, len, 0))
		decode_utf16(bytes, len, has_zeros(bytes, len, 1), sheet);
	else if (is_windows(bytes, len))
		decode_windows(bytes, len, sheet);
	else
		decode_utf8(bytes, len, sheet);
	end_lines(sheet);
	return true;
}
