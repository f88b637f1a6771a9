/* Whom a sign-in at the portal's own host is for: an application, and the browser that came from there.
 *
 * The browser is known at the application's host by a cookie that costs no memory, as that of the forms: 32 random bytes and a MAC
 * that says that they are ours. Its hash goes to the portal's host and into the ticket, so a ticket that was given to one browser
 * signs no other one in.
 */
#ifndef PORTAL_DESTINATION_H
#define PORTAL_DESTINATION_H

#include <stdbool.h>

#include "session_slot.h"

#define LBR_GO_COOKIE_TEXT 65 /* 32 random bytes and a MAC of 16 in base64url, and the NUL */
#define LBR_GO_COOKIE_RANDOM 32
#define LBR_DESTINATION_TEXT 65 /* 48 bytes in base64url, and the NUL */

struct lbr_destination {
	unsigned char site[LBR_SITE_ID_LEN];       /* lbr_site_id of the application */
	unsigned char browser[LBR_PORTAL_MAC_LEN]; /* lbr_go_cookie_hash */
};

/* Writes a cookie from fresh random bytes. */
void lbr_go_cookie_make(const struct lbr_portal_key *key, const unsigned char random[LBR_GO_COOKIE_RANDOM],
                        char ret[LBR_GO_COOKIE_TEXT]);

/* Returns true for a cookie that this wrote under this key, and writes the hash of its random bytes; else `ret` is all zero. */
bool lbr_go_cookie_hash(const struct lbr_portal_key *key, const char *cookie, unsigned char ret[LBR_PORTAL_MAC_LEN]);

/* Writes a destination for an address or a form. */
void lbr_destination_put(const struct lbr_destination *destination, char ret[LBR_DESTINATION_TEXT]);

/* Reads it. False: it has another form; `ret` is then all zero. */
bool lbr_destination_get(const char *text, struct lbr_destination *ret);

#endif
