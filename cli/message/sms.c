/* GSM 03.38 (3GPP TS 23.038, 6.2.1) and UCS-2, counted. */
#include "sms.h"

#include <stdint.h>
#include <string.h>

#include "utf8.h"

/* Outside ASCII, in the order of the table. */
static const uint16_t basic[] = {
	0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0xd8, 0xf8, 0xc5, 0xe5, 0x394, 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8,
	0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9, 0xa4, 0xa1, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,
};

/* 1 or 2; 0: not in GSM 03.38. */
static unsigned gsm_units(uint32_t sign)
{
	size_t at;

	if (sign == 0x20ac || (sign < 0x80 && strchr("^{}\\[~]|", (int)sign) != NULL))
		return 2;
	if (sign < 0x80)
		return sign != '`' && sign >= ' ' && sign != 0x7f;
	for (at = 0; at < sizeof(basic) / sizeof(basic[0]); at++)
		if (basic[at] == sign)
			return 1;
	return 0;
}

static unsigned units_of(uint32_t sign, bool gsm)
{
	return gsm ? gsm_units(sign) : sign > 0xffff ? 2 : 1;
}

/* Fills segment after segment. */
static unsigned count_segments(const char *text, bool gsm, unsigned each)
{
	unsigned segments = 1, used = 0, units;
	uint32_t sign;
	size_t len;

	for (; (len = lbr_utf8_decode(text, &sign)) > 0; text += len) {
		units = units_of(sign, gsm);
		if (used + units > each) {
			segments++;
			used = 0;
		}
		used += units;
	}
	return segments;
}

void cli_sms_measure(const char *text, struct sms_size *ret)
{
	const char *at;
	uint32_t sign;
	unsigned alone, each;
	size_t len;

	*ret = (struct sms_size){ .gsm = true };
	for (at = text; ret->gsm && (len = lbr_utf8_decode(at, &sign)) > 0; at += len) {
		ret->gsm = gsm_units(sign) > 0;
		if (!ret->gsm)
			memcpy(ret->first, at, len);
	}
	for (at = text; (len = lbr_utf8_decode(at, &sign)) > 0; at += len)
		ret->units += units_of(sign, ret->gsm);
	alone = ret->gsm ? 160 : 70;
	each = ret->gsm ? 153 : 67;
	ret->segments = ret->units <= alone ? 1 : count_segments(text, ret->gsm, each);
	ret->room = ret->segments == 1 ? alone : ret->segments * each;
}
