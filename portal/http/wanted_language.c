/* Which of our languages a browser wants. */
#include "wanted_language.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* The weight in thousandths; a broken one counts as none. */
static unsigned weight_of(const char *element, size_t len)
{
	const char *at = memchr(element, ';', len), *end = element + len;
	unsigned weight = 0, scale = 1000;

	if (at == NULL)
		return 1000;
	at += 1 + strspn(at + 1, " \t");
	if (end - at < 3 || (at[0] != 'q' && at[0] != 'Q') || at[1] != '=' || (at[2] != '0' && at[2] != '1'))
		return 0;
	weight = at[2] == '1' ? 1000 : 0;
	if (end - at > 3 && at[3] == '.')
		for (at += 4; at < end && *at >= '0' && *at <= '9' && scale > 1; at++) {
			scale /= 10;
			weight += (unsigned)(*at - '0') * scale;
		}
	return weight <= 1000 ? weight : 0;
}

static enum lbr_language language_of(const char *element, size_t len)
{
	if (len < 2 || (len > 2 && strchr("-; \t", element[2]) == NULL))
		return LBR_LANGUAGE_NONE;
	if (strncasecmp(element, "fr", 2) == 0)
		return LBR_LANGUAGE_FR;
	return strncasecmp(element, "en", 2) == 0 ? LBR_LANGUAGE_EN : LBR_LANGUAGE_NONE;
}

enum lbr_language lbr_wanted_language(const char *value)
{
	enum lbr_language best = LBR_LANGUAGE_NONE;
	unsigned most = 0;

	while (*value != '\0') {
		const char *element = value + strspn(value, " \t,");
		size_t len = strcspn(element, ",");
		enum lbr_language language = language_of(element, len);

		if (language != LBR_LANGUAGE_NONE && weight_of(element, len) > most) {
			most = weight_of(element, len);
			best = language;
		}
		value = element + len;
	}
	return best;
}
