/* UTF-8, strictly. */
#include "utf8.h"

#include <stddef.h>
#include <stdint.h>

/* How many bytes a first byte announces, and the bits of the code point in that byte itself. */
static size_t announced(unsigned char first, uint32_t *ret_bits)
{
	if (first < 0x80) {
		*ret_bits = first;
		return 1;
	}
	if ((first & 0xe0) == 0xc0) {
		*ret_bits = first & 0x1f;
		return 2;
	}
	if ((first & 0xf0) == 0xe0) {
		*ret_bits = first & 0x0f;
		return 3;
	}
	*ret_bits = first & 0x07;
	return (first & 0xf8) == 0xf0 ? 4 : 0;
}

size_t lbr_utf8_decode(const char *text, uint32_t *ret)
{
	static const uint32_t smallest[] = { 0, 1, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t point;
	size_t len = announced(bytes[0], &point), at;

	*ret = 0;
	/* The closing NUL is not a continuation byte, so a truncated character ends the loop in time. */
	for (at = 1; at < len; at++) {
		if ((bytes[at] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[at] & 0x3f);
	}
	if (len == 0 || point < smallest[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret = point;
	return len;
}
