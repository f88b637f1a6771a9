/* What a proxy asks the gate: may this request pass, and if not, where does the person go? The cookie alone decides the first;
 * the rest chooses between an answer for people and one for scripts.
 */
#ifndef PORTAL_GATE_REQUEST_H
#define PORTAL_GATE_REQUEST_H

#include <stdbool.h>

#include "cookie.h"
#include "return_path.h"

#define LBR_GATE_SITE_MAX 128
#define LBR_GATE_LOCATION_MAX 1536

struct lbr_gate_request {
	unsigned status;   /* 0, or 400 */
	bool     redirect; /* asked at /authz/redirect: the proxy hands our answer to the browser */
	char     site[LBR_GATE_SITE_MAX]; /* the host that the proxy's configuration named: /authz/HOST; "": none */
	char     session[LBR_COOKIE_SESSION_LEN + 1]; /* or "" */
	char     back[LBR_RETURN_MAX + 1]; /* where the person wanted to go; "/" if that is not sound or not told */
	bool     post;     /* the original request was no GET and no HEAD */
	bool     navigation; /* a person's browser opens a page */
	unsigned seen;     /* private */
	bool     accepts_html, has_mode;
};

/* Begins with the path: "/authz" or "/authz/redirect", then perhaps "/HOST". Anything else is 400. The proxy writes it, so a client
 * chooses no site by a header. */
void lbr_gate_begin(struct lbr_gate_request *request, const char *target);

/* Takes one field. 400: a second Cookie, two cookies of our name. */
void lbr_gate_field(struct lbr_gate_request *request, const char *name, const char *value);

/* Returns 0, or 400. */
unsigned lbr_gate_end(struct lbr_gate_request *request);

/* Writes where the person signs in: `origin` and `base` are configured; `elsewhere`: its people sign in at another host, and the
 * way there begins at this one. "" for a script: it gets no Location. What a POST sent
 * is lost; the page says so, and the person comes back to the site's begin. */
void lbr_gate_location(const struct lbr_gate_request *request, const char *origin, const char *base,
                       bool elsewhere, char ret[LBR_GATE_LOCATION_MAX]);

#endif
