/* Our cookies. */
#include "cookie.h"

#include <stdbool.h>
#include <string.h>

#include "base64url.h"

/* The next pair, up to a semicolon, without the blanks around it. NULL: the field is over. */
static const char *next_pair(const char **at, size_t *ret_len)
{
	const char *begin = *at + strspn(*at, " \t;");
	size_t len = strcspn(begin, ";");

	*at = begin + len;
	while (len > 0 && (begin[len - 1] == ' ' || begin[len - 1] == '\t'))
		len--;
	*ret_len = len;
	return *begin != '\0' ? begin : NULL;
}

enum lbr_error lbr_cookie_find(const char *field, const char *name, size_t len, char *ret)
{
	size_t name_len = strlen(name), pair_len;
	enum lbr_error error = LBR_ERR_ABSENT;
	const char *pair;
	bool met = false;

	memset(ret, 0, len + 1);
	while ((pair = next_pair(&field, &pair_len)) != NULL) {
		if (pair_len < name_len || strncmp(pair, name, name_len) != 0 || (pair_len > name_len && pair[name_len] != '='))
			continue;
		if (met) {
			memset(ret, 0, len + 1);
			return LBR_ERR_SYNTAX;
		}
		met = true;
		if (pair_len != name_len + 1 + len || !lbr_is_base64url(pair + name_len + 1, len))
			continue;
		memcpy(ret, pair + name_len + 1, len);
		error = LBR_OK;
	}
	return error;
}
