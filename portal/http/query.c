/* What stands behind the '?'. */
#include "query.h"

#include <stddef.h>
#include <string.h>

#include "percent.h"

static void read_back(const char *value, struct lbr_query *ret)
{
	char path[LBR_RETURN_MAX + 2];
	size_t len = strlen(value);

	if (value[0] == '/' && len <= LBR_RETURN_MAX)
		memcpy(path, value, len + 1);
	else if (lbr_percent_decode(value, len, path, sizeof(path), &len) != LBR_OK)
		return;
	if (lbr_return_path_is_sound(path))
		memcpy(ret->back, path, len + 1);
}

static bool has_name(const char *pair, size_t len, const char *name)
{
	return len > strlen(name) && memcmp(pair, name, strlen(name)) == 0;
}

static bool is_pair(const char *pair, size_t len, const char *whole)
{
	return len == strlen(whole) && memcmp(pair, whole, len) == 0;
}

static void read_said(const char *value, size_t len, struct lbr_query *ret)
{
	if (len >= sizeof(ret->said) || ret->said[0] != '\0' || strspn(value, "abcdefghijklmnopqrstuvwxyz-") < len)
		return;
	memcpy(ret->said, value, len);
}

static void read_pair(const char *pair, size_t len, struct lbr_query *ret)
{
	if (is_pair(pair, len, "with=recovery"))
		ret->with_recovery = true;
	else if (is_pair(pair, len, "to=fr"))
		ret->to = LBR_LANGUAGE_FR;
	else if (is_pair(pair, len, "to=en"))
		ret->to = LBR_LANGUAGE_EN;
	else if (has_name(pair, len, "said="))
		read_said(pair + 5, len - 5, ret);
}

void lbr_query_read(const char *text, struct lbr_query *ret)
{
	memset(ret, 0, sizeof(*ret));
	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, "&");

		if (strncmp(text, "rd=", 3) == 0) {
			read_back(text + 3, ret);
			return;
		}
		read_pair(text, len, ret);
		text += len;
		text += *text == '&';
	}
}
