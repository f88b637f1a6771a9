/* The places of the portal. */
#include "places.h"

#include <stddef.h>
#include <string.h>

static const struct { const char *leaf; bool get, post; } places[LBR_PLACES] = {
	[LBR_PLACE_NONE] = { "", false, false },
	[LBR_PLACE_SIGN_IN] = { "sign-in", true, true },
	[LBR_PLACE_CONTINUE] = { "continue", false, true },
	[LBR_PLACE_SET_UP] = { "set-up", true, true },
	[LBR_PLACE_TOKEN] = { "token", true, true },
	[LBR_PLACE_PASSWORD] = { "password", true, true },
	[LBR_PLACE_CODES] = { "recovery-codes", true, true },
	[LBR_PLACE_NOTICE] = { "notice", true, true },
	[LBR_PLACE_MORE_TIME] = { "more-time", false, true },
	[LBR_PLACE_ACCOUNT] = { "account", true, false },
	[LBR_PLACE_CHANGE] = { "change-password", true, true },
	[LBR_PLACE_PHONE] = { "new-phone", true, true },
	[LBR_PLACE_SIGN_OUT] = { "sign-out", true, true },
	[LBR_PLACE_SIGN_OUT_OTHERS] = { "sign-out-others", false, true },
	[LBR_PLACE_SIGNED_OUT] = { "signed-out", true, false },
	[LBR_PLACE_LANGUAGE] = { "language", true, false },
	[LBR_PLACE_GO] = { "go", true, false },
	[LBR_PLACE_ENTER] = { "enter", true, false },
	[LBR_PLACE_STYLE] = { "style.css", true, false },
	[LBR_PLACE_SITE_STYLE] = { "site.css", true, false },
	[LBR_PLACE_LOGO] = { "logo", true, false },
	[LBR_PLACE_UP] = { "up", true, false },
};

enum lbr_method lbr_method_of(const char *word)
{
	if (strcmp(word, "GET") == 0)
		return LBR_METHOD_GET;
	if (strcmp(word, "HEAD") == 0)
		return LBR_METHOD_HEAD;
	return strcmp(word, "POST") == 0 ? LBR_METHOD_POST : LBR_METHOD_OTHER;
}

enum lbr_portal_place lbr_place_of(const char *base, const char *path)
{
	size_t len = strlen(base);
	unsigned place;

	if (strncmp(path, base, len) != 0 || path[len] != '/')
		return LBR_PLACE_NONE;
	for (place = LBR_PLACE_SIGN_IN; place < LBR_PLACES; place++)
		if (strcmp(places[place].leaf, path + len + 1) == 0)
			return (enum lbr_portal_place)place;
	return LBR_PLACE_NONE;
}

enum lbr_portal_place lbr_place_of_page(const char *word, size_t len)
{
	static const enum lbr_portal_place pages[] = {
		LBR_PLACE_SIGN_IN, LBR_PLACE_SET_UP, LBR_PLACE_TOKEN, LBR_PLACE_PASSWORD, LBR_PLACE_CODES, LBR_PLACE_NOTICE,
		LBR_PLACE_ACCOUNT, LBR_PLACE_CHANGE, LBR_PLACE_PHONE, LBR_PLACE_SIGN_OUT, LBR_PLACE_SIGNED_OUT,
	};
	size_t at;

	for (at = 0; at < sizeof(pages) / sizeof(pages[0]); at++)
		if (strlen(places[pages[at]].leaf) == len && memcmp(places[pages[at]].leaf, word, len) == 0)
			return pages[at];
	return LBR_PLACE_NONE;
}

const char *lbr_place_leaf(enum lbr_portal_place place)
{
	return (unsigned)place < LBR_PLACES ? places[place].leaf : "";
}

bool lbr_place_takes(enum lbr_portal_place place, enum lbr_method method)
{
	if ((unsigned)place >= LBR_PLACES)
		return false;
	if (method == LBR_METHOD_POST)
		return places[place].post;
	return (method == LBR_METHOD_GET || method == LBR_METHOD_HEAD) && places[place].get;
}
