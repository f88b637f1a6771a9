/* A candidate without its case and accents. Done by hand, point by point: the library's own folding leaves copies in
 * memory that are never wiped. */
#include "rules_parts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#define DEPTH_MAX 8      /* decompositions nest a few levels at most */
#define BYTE_POINT 0xdc00 /* not a character: marks bytes that are not UTF-8 */

static void put(struct lbr_folded *folded, uint32_t point)
{
	if (folded->count < LBR_FOLDED_MAX)
		folded->points[folded->count++] = point;
}

/* Letters that Unicode does not decompose, but that people type in plain ones. */
static const struct { uint32_t point; char letters[3]; } apart[] = {
	{ 0xdf, "ss" }, { 0xe6, "ae" }, { 0xf8, "o" }, { 0x153, "oe" }, { 0x142, "l" }, { 0x131, "i" },
};

static void put_letter(struct lbr_folded *folded, uint32_t point)
{
	size_t at;

	for (at = 0; at < sizeof(apart) / sizeof(apart[0]); at++) {
		if (apart[at].point != point)
			continue;
		put(folded, (unsigned char)apart[at].letters[0]);
		if (apart[at].letters[1] != '\0')
			put(folded, (unsigned char)apart[at].letters[1]);
		return;
	}
	put(folded, point);
}

static void fold_point(struct lbr_folded *folded, ucs4_t point, int depth)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	int tag, count = depth < DEPTH_MAX ? uc_decomposition(point, &tag, parts) : 0, at;

	for (at = 0; at < count; at++)
		fold_point(folded, parts[at], depth + 1);
	if (count <= 0 && uc_combining_class(point) == UC_CCC_NR)
		put_letter(folded, uc_tolower(point));
}

void lbr_rules_fold(const char *text, size_t len, struct lbr_folded *folded)
{
	const uint8_t *bytes = (const uint8_t *)text;
	ucs4_t point;
	int used;

	lbr_wipe(folded, sizeof(*folded));
	while (len > 0) {
		used = u8_mbtoucr(&point, bytes, len);
		if (used < 1) {
			put(folded, BYTE_POINT + bytes[0]);
			used = 1;
		} else {
			fold_point(folded, point, 0);
		}
		bytes += used;
		len -= (size_t)used;
	}
}

bool lbr_rules_is_letter(uint32_t point)
{
	if (point > 0x10ffff || (point > BYTE_POINT && point <= BYTE_POINT + 0xff))
		return true;
	return uc_is_property_alphabetic(point) || uc_is_property_decimal_digit(point);
}
