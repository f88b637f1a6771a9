/* One line of portal.conf(5): where it ends, its value, and whether it belongs to the other part. */
#include "settings_line.h"

#include <string.h>

#include "portal_settings.h"

size_t lbr_settings_line_len(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return end != NULL ? (size_t)(end - text) + 1 : len;
}

const char *lbr_settings_value_of(const char *line, size_t len, const char *keyword)
{
	const char *end = line + len;

	for (; line < end && *line == ' '; line++)
		;
	if ((size_t)(end - line) < strlen(keyword) || memcmp(line, keyword, strlen(keyword)) != 0)
		return NULL;
	for (line += strlen(keyword); line < end && *line == ' '; line++)
		;
	if (line == end || *line != '=')
		return NULL;
	for (line++; line < end && *line == ' '; line++)
		;
	return line;
}

const char *lbr_settings_misplaced(const char *line, size_t len, bool in_site)
{
	const struct lbr_keyword *keyword = in_site ? lbr_portal_keywords : lbr_site_keywords;

	for (; keyword->word != NULL; keyword++)
		if (lbr_settings_value_of(line, len, keyword->word) != NULL)
			return strcmp(keyword->word, "site") != 0 ? keyword->word : NULL;
	return NULL;
}
