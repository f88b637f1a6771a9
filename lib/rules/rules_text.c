/* A password must be text that can be typed again, at another terminal and on another day. */
#include <liberations/rules.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#define JOINER 0x200d     /* between the parts of an emoji, and in several scripts on their keyboards */
#define NON_JOINER 0x200c
#define REPLACEMENT 0xfffd /* stands where something could not be read */

static bool holds(const struct lbr_secret *password, const char *mark)
{
	return memmem(password->bytes, password->len, mark, strlen(mark)) != NULL;
}

/* ESC [ 200~ and 201~, with the ESC in one byte or in two. */
static bool holds_paste_marks(const struct lbr_secret *password)
{
	return holds(password, "\033[200~") || holds(password, "\033[201~") || holds(password, "\302\233200~") ||
	       holds(password, "\302\233201~");
}

/* Controls, separators of lines, what shows nothing, and what no keyboard has. */
static bool is_no_key(ucs4_t point)
{
	if (point == JOINER || point == NON_JOINER)
		return false;
	return point == REPLACEMENT || uc_is_property(point, UC_PROPERTY_NOT_A_CHARACTER) ||
	       uc_is_general_category_withtable(point, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Zl |
	                                               UC_CATEGORY_MASK_Zp | UC_CATEGORY_MASK_Cs);
}

enum lbr_objection lbr_rules_judge_text(const struct lbr_secret *password)
{
	const uint8_t *bytes = (const uint8_t *)password->bytes;
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	size_t at = 0;
	ucs4_t point;
	int len;

	if (holds_paste_marks(password))
		return LBR_OBJECTION_PASTE;
	while (at < password->len) {
		len = u8_mbtoucr(&point, bytes + at, password->len - at);
		if (len <= 0)
			return LBR_OBJECTION_BYTES;
		if (is_no_key(point))
			objection = LBR_OBJECTION_KEYS;
		at += (size_t)len;
	}
	return objection;
}
