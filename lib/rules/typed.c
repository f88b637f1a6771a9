/* What people type, sign by sign. Read typed.h first. */
#include "typed.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#define FULL_WIDTH_FIRST 0xff01 /* of '!' to '~' */
#define FULL_WIDTH_LAST 0xff5e
#define ESCAPE 0x1b
#define ESCAPE_BRACKET 0x9b /* both in one */

static bool is_ascii_letter(ucs4_t point)
{
	return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

static char sign_of(ucs4_t point)
{
	int digit = uc_decimal_value(point);

	if (digit >= 0)
		return (char)('0' + digit);
	if (point >= FULL_WIDTH_FIRST && point <= FULL_WIDTH_LAST)
		point = point - FULL_WIDTH_FIRST + '!';
	if (is_ascii_letter(point))
		return (char)point;
	if (uc_is_property(point, UC_PROPERTY_WHITE_SPACE) || uc_is_property(point, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT))
		return LBR_TYPED_BLANK;
	return uc_is_property(point, UC_PROPERTY_DASH) ? LBR_TYPED_DASH : LBR_TYPED_OTHER;
}

/* The length of a mark that a terminal puts around what is pasted, ESC[200~ before and ESC[201~ behind; 0: there is none. Some
 * programs on the way drop the ESC. */
static size_t paste_mark(const uint8_t *text, size_t left)
{
	const uint8_t *at = text, *end = text + left;
	ucs4_t point;
	int len = u8_mbtoucr(&point, at, left);

	if (len > 0 && point == ESCAPE_BRACKET) {
		at += len;
	} else {
		at += len > 0 && point == ESCAPE;
		if (at == end || *at++ != '[')
			return 0;
	}
	if (end - at < 4 || (memcmp(at, "200~", 4) != 0 && memcmp(at, "201~", 4) != 0))
		return 0;
	return (size_t)(at - text) + 4;
}

void lbr_typed_read(const struct lbr_secret *text, struct lbr_typed *ret)
{
	const uint8_t *bytes = (const uint8_t *)text->bytes;
	size_t at = 0, mark;
	ucs4_t point;
	int len;

	lbr_wipe(ret, sizeof(*ret));
	while (at < text->len) {
		len = u8_mbtoucr(&point, bytes + at, text->len - at);
		mark = paste_mark(bytes + at, text->len - at);
		ret->signs[ret->count].at = at;
		if (mark > 0)
			ret->signs[ret->count++].sign = LBR_TYPED_BLANK;
		else
			ret->signs[ret->count++].sign = len > 0 ? sign_of(point) : LBR_TYPED_OTHER;
		at += mark > 0 ? mark : len > 0 ? (size_t)len : 1;
	}
}

bool lbr_typed_separates(char sign)
{
	return sign == LBR_TYPED_BLANK || sign == LBR_TYPED_DASH;
}

bool lbr_typed_letters(const struct lbr_secret *text, size_t count, char *ret)
{
	struct lbr_typed typed;
	bool fits = true;
	size_t at, found = 0;

	lbr_typed_read(text, &typed);
	for (at = 0; at < typed.count && fits; at++) {
		char sign = typed.signs[at].sign;

		if (lbr_typed_separates(sign))
			continue;
		fits = sign != LBR_TYPED_OTHER && found < count;
		if (fits)
			ret[found++] = sign;
	}
	fits = fits && found == count;
	lbr_wipe(&typed, sizeof(typed));
	lbr_wipe(ret + (fits ? count : 0), fits ? 1 : count + 1);
	return fits;
}
