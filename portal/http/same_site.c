/* Does a POST come from one of our own pages? */
#include "same_site.h"

#include <stddef.h>
#include <string.h>

enum lbr_fetch_site lbr_fetch_site_of(const char *value)
{
	if (strcmp(value, "same-origin") == 0)
		return LBR_FETCH_SITE_SAME_ORIGIN;
	if (strcmp(value, "none") == 0)
		return LBR_FETCH_SITE_NONE;
	return strcmp(value, "same-site") == 0 ? LBR_FETCH_SITE_SAME_SITE : LBR_FETCH_SITE_OTHER;
}

bool lbr_post_is_own(enum lbr_fetch_site fetch_site, const char *origin, const char *own)
{
	bool by_fetch_site = fetch_site == LBR_FETCH_SITE_SAME_ORIGIN || fetch_site == LBR_FETCH_SITE_NONE;

	if (fetch_site != LBR_FETCH_SITE_ABSENT)
		return by_fetch_site;
	return origin == NULL || strcmp(origin, own) == 0;
}
