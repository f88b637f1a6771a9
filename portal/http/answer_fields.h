/* The fields that every answer bears, whatever its status: one table, which no setting changes. */
#ifndef PORTAL_ANSWER_FIELDS_H
#define PORTAL_ANSWER_FIELDS_H

#include <stddef.h>

#include "cookie.h"

struct lbr_answer_field {
	const char *name, *value;
};

/* Ends with a NULL name. */
extern const struct lbr_answer_field lbr_answer_fields[];

enum lbr_cookie_kind { LBR_COOKIE_KIND_SESSION, LBR_COOKIE_KIND_FORM, LBR_COOKIE_KIND_LANGUAGE, LBR_COOKIE_KIND_GO };

#define LBR_SET_COOKIE_MAX 192
#define LBR_LOCATION_MAX 2048

#define LBR_CONTENT_POLICY "Content-Security-Policy"
#define LBR_CONTENT_POLICY_MAX 384

/* Writes the policy for a page whose form leads to another site of the portal: browsers apply it to redirects after a form too.
 * `origin` is configured; "", or anything but an origin, allows this site alone, as the table does. */
void lbr_content_policy(const char *origin, char ret[LBR_CONTENT_POLICY_MAX]);

/* Writes the value of Set-Cookie; `value` "" lets the browser forget the cookie. It must be base64url, else `ret` is "". */
void lbr_set_cookie(enum lbr_cookie_kind kind, const char *value, char ret[LBR_SET_COOKIE_MAX]);

/* Writes an address of this site: `origin`, which is configured; `own`, which is ours ("/liberations/sign-in?said=no&rd=", or
 * ""); then `path`, which must be a sound return path, else it is "/", or with `own` nothing. The name of the host ends before
 * a visitor's bytes begin. "": too long. */
void lbr_location(const char *origin, const char *own, const char *path, char ret[LBR_LOCATION_MAX]);

#endif
