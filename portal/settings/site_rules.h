/* What a site's values must be besides text: they become the begin of addresses, and names of cookies. */
#ifndef PORTAL_SITE_RULES_H
#define PORTAL_SITE_RULES_H

#include <stdbool.h>

#include "portal_settings.h"

/* "https://", a host's name in lower case or an IPv4 address, and perhaps ":PORT", but not ":443". */
bool lbr_origin_is_sound(const char *origin);

/* Returns the host's name with its port, if it has one: the part of a sound origin after "https://". */
const char *lbr_origin_host(const char *origin);

/* Returns true for two origins whose hosts have one name: ports keep no cookies apart. */
bool lbr_origins_share_cookies(const char *origin, const char *other);

/* A path whose words are letters, digits, '-', '_' and single dots; no slash at its end. */
bool lbr_base_is_sound(const char *base);

/* Names of cookies, one blank between two; none of the portal's. */
bool lbr_cookie_names_are_sound(const char *names);

#endif
