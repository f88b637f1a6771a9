/* Typographic signs as plain ones. */
#include "sms.h"

#include <stdint.h>
#include <string.h>

#include "utf8.h"

#define OPENING 0xab /* the left guillemet, and the right one */
#define CLOSING 0xbb

static const struct { uint16_t sign; const char *plain; } signs[] = {
	{ 0xa0, " " }, { 0x202f, " " }, { 0x2009, " " }, { 0x2007, " " }, { 0x2019, "'" }, { 0x2018, "'" }, { 0x201b, "'" },
	{ 0x2bc, "'" },
	{ 0x201c, "\"" }, { 0x201d, "\"" }, { 0x201e, "\"" }, { OPENING, "\"" }, { CLOSING, "\"" }, { 0x2026, "..." },
	{ 0x153, "oe" }, { 0x152, "OE" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" },
	{ 0x2212, "-" }, { 0x2039, "'" }, { 0x203a, "'" },
};

/* The letters of French, and of the issuers' names, that GSM 03.38 lacks. */
static const struct { uint16_t sign; char plain; } letters_of[] = {
	{ 0xc0, 'A' }, { 0xc1, 'A' }, { 0xc2, 'A' }, { 0xc8, 'E' }, { 0xca, 'E' }, { 0xcb, 'E' }, { 0xcd, 'I' }, { 0xce, 'I' },
	{ 0xcf, 'I' }, { 0xd3, 'O' }, { 0xd4, 'O' }, { 0xd9, 'U' }, { 0xda, 'U' }, { 0xdb, 'U' }, { 0x178, 'Y' }, { 0xe1, 'a' },
	{ 0xe2, 'a' }, { 0xe7, 'c' }, { 0xea, 'e' }, { 0xeb, 'e' }, { 0xed, 'i' }, { 0xee, 'i' }, { 0xef, 'i' }, { 0xf3, 'o' },
	{ 0xf4, 'o' }, { 0xfa, 'u' }, { 0xfb, 'u' }, { 0xff, 'y' },
};

/* NULL: the sign stays. */
static const char *plain_of(uint32_t sign, bool letters, char one[2])
{
	size_t at;

	for (at = 0; at < sizeof(signs) / sizeof(signs[0]); at++)
		if (signs[at].sign == sign)
			return signs[at].plain;
	for (at = 0; letters && at < sizeof(letters_of) / sizeof(letters_of[0]); at++) {
		if (letters_of[at].sign == sign) {
			one[0] = letters_of[at].plain;
			return one;
		}
	}
	return NULL;
}

static bool is_blank(uint32_t sign)
{
	return sign == ' ' || sign == 0xa0 || sign == 0x202f || sign == 0x2009;
}

/* Controls, and what moves or hides other text: a telephone shows it as its owner's carrier pleases. */
static bool is_refused(uint32_t sign)
{
	return sign < ' ' || (sign >= 0x7f && sign < 0xa0) || sign == 0xad || sign == 0x61c || (sign >= 0x200b && sign <= 0x200f) ||
	       (sign >= 0x2028 && sign <= 0x202e) || (sign >= 0x2060 && sign <= 0x206f) || sign == 0xfeff ||
	       (sign >= 0xe000 && sign <= 0xf8ff) || (sign >= 0xfff0 && sign <= 0xffff) || sign >= 0xe0000;
}

static bool put(const char *plain, size_t len, char ret[CLI_SMS_TEXT_MAX], size_t *at)
{
	if (*at + len >= CLI_SMS_TEXT_MAX)
		return false;
	memcpy(ret + *at, plain, len);
	*at += len;
	return true;
}

bool cli_sms_plain(const char *text, bool letters, char ret[CLI_SMS_TEXT_MAX])
{
	uint32_t sign, before = 0;
	const char *plain;
	bool done = true;
	char one[2] = "";
	size_t at = 0, len;

	memset(ret, 0, CLI_SMS_TEXT_MAX);
	for (; done && *text != '\0'; text += len, before = sign) {
		len = lbr_utf8_decode(text, &sign);
		if (len == 0 || is_refused(sign)) {
			done = false;
			break;
		}
		if (is_blank(sign) && before == OPENING) {
			sign = OPENING;
			continue;
		}
		if (sign == CLOSING && is_blank(before) && at > 0)
			at--;
		plain = plain_of(sign, letters, one);
		done = put(plain != NULL ? plain : text, plain != NULL ? strlen(plain) : len, ret, &at);
	}
	if (!done)
		memset(ret, 0, CLI_SMS_TEXT_MAX);
	else
		ret[at] = '\0';
	return done;
}
