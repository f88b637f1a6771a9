/* One request as the portal understands it: what libmicrohttpd read, narrowed to what a browser behind a proxy sends.
 *
 * The request line, then each field, then the end; the first fault decides. Nothing here chooses who somebody is: the cookie is
 * kept for the keeper, the address is a claim for the log, and no User-Agent is ever looked at.
 */
#ifndef PORTAL_HTTP_REQUEST_H
#define PORTAL_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/language.h>

#include "claimed_address.h"
#include "cookie.h"
#include "places.h"
#include "query.h"
#include "same_site.h"

#define LBR_HTTP_TARGET_MAX 2048 /* bytes of a path and its query */
#define LBR_HTTP_HOST_MAX 256

struct lbr_http_request {
	unsigned         status; /* 0: no fault so far */
	enum lbr_method  method;
	char             path[LBR_HTTP_TARGET_MAX + 1]; /* without the query */
	struct lbr_query query;
	char             host[LBR_HTTP_HOST_MAX]; /* as the client wrote it; compared, never used */
	enum lbr_fetch_site fetch_site;
	bool             has_origin;
	char             origin[LBR_HTTP_HOST_MAX];
	char             session[LBR_COOKIE_SESSION_LEN + 1]; /* the cookies, or "" */
	char             form[LBR_COOKIE_FORM_LEN + 1];
	char             go[LBR_COOKIE_GO_LEN + 1];
	enum lbr_language language; /* chosen by the cookie, else wanted by the browser; NONE: neither says */
	char             address[LBR_CLAIMED_ADDRESS_MAX]; /* claimed; "-": none */
	bool             urlencoded; /* Content-Type */
	bool             has_length;
	size_t           length; /* Content-Length */
	unsigned         seen;   /* private: fields that may come once */
};

/* Begins with the request line. `version` as in "HTTP/1.1". 400: another version, an absolute or an empty target, a byte that
 * no target may hold; 404: a target that is too long, or a path with a '%', "//", "/." or a backslash in it. */
void lbr_http_begin(struct lbr_http_request *request, const char *method, const char *target, const char *version);

/* Takes one field, in any order. 400: Transfer-Encoding, Expect or Upgrade at all; a second Host, Content-Length, Content-Type,
 * Origin, Sec-Fetch-Site or Cookie; a length that is no number; two cookies of one of our names. */
void lbr_http_field(struct lbr_http_request *request, const char *name, const char *value);

/* Judges the whole. 400: no Host. 413: a body over LBR_FORM_MAX. 415 is told as 400: a body of another type, or a POST without
 * length. Returns the status: 0, or what to answer. */
unsigned lbr_http_end(struct lbr_http_request *request);

/* Returns true if the Host is that of `origin` ("https://name" or "https://name:port"), byte for byte. */
bool lbr_http_is_for(const struct lbr_http_request *request, const char *origin);

#endif
