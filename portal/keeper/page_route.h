/* What a page's question becomes, before anybody is asked about an account: which site, which place, and whether it counts at
 * all.
 *
 * The page tells what a request held; it is judged here, where no HTTP is read. The order is fixed: a request that is not for us
 * is told nothing else, and a form that is not ours reaches no dialogue.
 */
#ifndef PORTAL_PAGE_ROUTE_H
#define PORTAL_PAGE_ROUTE_H

#include <stdbool.h>

#include "form_number.h"
#include "page_frames.h"
#include "portal_settings.h"

enum lbr_route_kind {
	LBR_ROUTE_FAULT = 0, /* `status` */
	LBR_ROUTE_STYLE,
	LBR_ROUTE_UP,
	LBR_ROUTE_COOKIES,   /* a form without its cookie: the answer says that cookies are needed */
	LBR_ROUTE_SHOW,      /* a GET of `place` */
	LBR_ROUTE_FORM,      /* a POST to `place` that counts */
};

struct lbr_route {
	enum lbr_route_kind    kind;
	unsigned               status;
	const struct lbr_site *site; /* never NULL: of an unknown host, the first one's name stands on the page */
	enum lbr_portal_place  place;
	enum lbr_language      language; /* EN or FR */
	bool                   has_cookie; /* the browser's form cookie is ours */
};

/* Judges a question. 421: an unknown host. The page's own status, if it has one. 404: no such place at this site. 405: another
 * method. 403: a POST from another site, or with a number that was not made for this browser and page. */
void lbr_page_route(const struct lbr_portal_settings *settings, const struct lbr_portal_key *key, const struct lbr_page_ask *ask,
                    struct lbr_route *ret);

#endif
