/* The part after the '?'. */
#include "query.h"

#include <stddef.h>
#include <string.h>

#include "base64url.h"
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

/* All `len` characters, or nothing. */
static void read_token(const char *value, size_t value_len, char *ret, size_t len)
{
	if (value_len == len && ret[0] == '\0' && lbr_is_base64url(value, len))
		memcpy(ret, value, len);
}

static void read_pair(const char *pair, size_t len, struct lbr_query *ret)
{
	if (is_pair(pair, len, "with=recovery"))
		ret->with_recovery = true;
	else if (is_pair(pair, len, "to=fr"))
		ret->to = LBR_LANGUAGE_FR;
	else if (is_pair(pair, len, "to=en"))
		ret->to = LBR_LANGUAGE_EN;
	else if (is_pair(pair, len, "again=1"))
		ret->again = true;
	else if (has_name(pair, len, "at="))
		ret->at = lbr_place_of_page(pair + 3, len - 3);
	else if (has_name(pair, len, "for="))
		read_token(pair + 4, len - 4, ret->destination, LBR_DESTINATION_LEN);
	else if (has_name(pair, len, "ticket="))
		read_token(pair + 7, len - 7, ret->ticket, LBR_TICKET_TEXT_LEN);
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
