/* Which database a greeting speaks of. Read db_line.h first. */
#include "db_line.h"

#include <stdlib.h>
#include <string.h>

#define DECIMAL "0123456789"
#define HEXADECIMAL "0123456789abcdefABCDEF"
#define DIGITS_MAX 20 /* a cluster's; a number of 64 bits needs no more */

/* Digits, and where they end: at a mark or at the end of the text. NULL: there are none, or too many, or more than digits. */
static const char *skip(const char *from, const char *digits, size_t most)
{
	size_t len = strspn(from, digits);

	return len > 0 && len <= most && strchr("/.", from[len]) != NULL ? from + len : NULL;
}

static bool read_number(const char **at, char mark, int base, size_t most, uint64_t *ret)
{
	const char *end = **at == mark ? skip(*at + 1, base == 16 ? HEXADECIMAL : DECIMAL, most) : NULL;

	if (end == NULL)
		return false;
	*ret = strtoull(*at + 1, NULL, base);
	*at = end;
	return true;
}

/* False, and zeros: another release's schema writes it in another way. */
static bool read_place(const char *at, struct lbr_line_parts *ret)
{
	struct lbr_line_parts none = *ret;

	if (read_number(&at, '/', 10, 10, &ret->database) && read_number(&at, '.', 10, 10, &ret->table) &&
	    read_number(&at, '/', 16, 16, &ret->start) && *at == '\0')
		return true;
	*ret = none;
	return false;
}

bool lbr_line_read(const char *text, struct lbr_line_parts *ret)
{
	const char *at = skip(text, DECIMAL, DIGITS_MAX);

	memset(ret, 0, sizeof(*ret));
	if (at == NULL)
		return false;
	memcpy(ret->cluster, text, (size_t)(at - text));
	if (!read_number(&at, '/', 16, 8, &ret->timeline) || *at != '/')
		return false;
	ret->has_place = read_place(at, ret);
	return true;
}

enum lbr_line_change lbr_line_compare(const char *adopted, const char *current)
{
	struct lbr_line_parts one, other;

	if (strcmp(adopted, current) == 0)
		return LBR_LINE_SAME;
	if (!lbr_line_read(adopted, &one) || !lbr_line_read(current, &other) || strcmp(one.cluster, other.cluster) != 0 ||
	    one.timeline != other.timeline)
		return LBR_LINE_REPLACED;
	if (one.has_place != other.has_place)
		return LBR_LINE_UPGRADED;
	return one.has_place && one.database == other.database && one.table == other.table ? LBR_LINE_RESTARTED : LBR_LINE_REPLACED;
}
