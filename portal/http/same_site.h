/* Does a POST come from one of our own pages? Before the sign-in too: a stranger's page must not sign anybody in. */
#ifndef PORTAL_SAME_SITE_H
#define PORTAL_SAME_SITE_H

#include <stdbool.h>

enum lbr_fetch_site { LBR_FETCH_SITE_ABSENT = 0, LBR_FETCH_SITE_SAME_ORIGIN, LBR_FETCH_SITE_NONE, LBR_FETCH_SITE_SAME_SITE,
	LBR_FETCH_SITE_OTHER };

/* Returns the meaning of Sec-Fetch-Site's value; everything unknown is OTHER. */
enum lbr_fetch_site lbr_fetch_site_of(const char *value);

/* Returns true if the POST may count: Sec-Fetch-Site says so (same-origin, none); if it is absent, Origin is exactly `own`; if both
 * are absent, the form's number alone decides, and that is wanted in each case. `origin` NULL: absent; "null" is another site. */
bool lbr_post_is_own(enum lbr_fetch_site fetch_site, const char *origin, const char *own);

#endif
