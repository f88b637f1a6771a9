/* What a page process asks the keeper, and what it is told: one packet each way, then the page is gone.
 *
 * The page tells what a request held, and nothing of what it concludes from it: the keeper compares the host, the origin and the
 * form's number itself. It is told what to show or where to send the browser, and nothing else of anybody. Both sides read
 * strictly: a tag that is missing, repeated or out of order, a length over its bound or a NUL in a text ends the page.
 */
#ifndef PORTAL_PAGE_FRAMES_H
#define PORTAL_PAGE_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/wire.h>

#include "form.h"
#include "http_request.h"
#include "page.h"

#define LBR_ASK_PATH_MAX 96
#define LBR_TELL_TEXT_MAX 512
#define LBR_TELL_DATE_MAX 32
#define LBR_TELL_ORIGIN_MAX 128
#define LBR_TELL_OWN_MAX 192

struct lbr_page_ask {
	enum lbr_method       method;
	char                  path[LBR_ASK_PATH_MAX]; /* compared by the keeper, which knows the sites' bases; "": none of them */
	unsigned              status; /* not 0: the request is refused, and only a page is wanted */
	char                  host[LBR_HTTP_HOST_MAX];
	enum lbr_fetch_site   fetch_site;
	bool                  has_origin;
	char                  origin[LBR_HTTP_HOST_MAX];
	char                  session[LBR_COOKIE_SESSION_LEN + 1], form_cookie[LBR_COOKIE_FORM_LEN + 1];
	char                  go_cookie[LBR_COOKIE_GO_LEN + 1];
	enum lbr_language     language; /* NONE: the browser wants neither */
	char                  address[LBR_CLAIMED_ADDRESS_MAX];
	struct lbr_query      query;
	struct lbr_form       form; /* POST only */
};

enum lbr_tell_kind {
	LBR_TELL_PAGE = 1, /* show it */
	LBR_TELL_GO,       /* 303 */
	LBR_TELL_FAULT,    /* a page with `status` */
	LBR_TELL_STYLE,    /* our style sheet */
	LBR_TELL_UP,       /* 204: the keeper answers */
	LBR_TELL_CSS,      /* a site's own style sheet; its bytes are in a descriptor that comes with the frame */
	LBR_TELL_PNG,      /* a site's logo, likewise */
	LBR_TELL_SVG,
};

enum lbr_tell_cookie { LBR_TELL_COOKIE_KEEP = 0, LBR_TELL_COOKIE_SET, LBR_TELL_COOKIE_FORGET };

struct lbr_tell_session {
	char since[LBR_TELL_DATE_MAX], seen[LBR_TELL_DATE_MAX], address[LBR_CLAIMED_ADDRESS_MAX];
};

struct lbr_page_tell {
	enum lbr_tell_kind kind;
	int                file; /* CSS, PNG and SVG: a descriptor, which is no part of the frame; 0: none */
	unsigned           status, wait_s; /* FAULT */
	char               origin[LBR_TELL_ORIGIN_MAX], own[LBR_TELL_OWN_MAX]; /* GO: to the parts of lbr_location */
	char               go[LBR_RETURN_MAX + 1];
	enum lbr_tell_cookie set_session;
	char               session[LBR_COOKIE_SESSION_LEN + 1];
	char               form_cookie[LBR_COOKIE_FORM_LEN + 1]; /* "": keep */
	char               go_cookie[LBR_COOKIE_GO_LEN + 1];     /* "": keep */
	enum lbr_language  set_language; /* NONE: keep */
	char               forget[256];  /* names of the application's cookies that end too; "": none */
	char               allowed[LBR_TELL_ORIGIN_MAX]; /* PAGE: where its form may lead besides this site; "": nowhere */
	/* PAGE and FAULT: struct lbr_page, with room of its own. */
	enum lbr_page_kind page;
	enum lbr_language  language;
	char               base[64], name[64], help[128], issuer[64];
	bool               has_logo, has_style;
	char               number[LBR_FORM_NUMBER_MAX + 1], user[LBR_FORM_USER_MAX + 1], back[LBR_RETURN_MAX + 1];
	char               destination[LBR_DESTINATION_LEN + 1];
	enum lbr_said      said;
	bool               with_recovery;
	unsigned           say_count;
	bool               say_errors[LBR_PAGE_SAYS_MAX];
	char               says[LBR_PAGE_SAYS_MAX][LBR_TELL_TEXT_MAX];
	unsigned           step, steps, tries_left;
	char               uri[768], key[64];
	unsigned           code_count;
	char               codes[LBR_PAGE_SHEET_MAX][24];
	bool               proven;
	struct lbr_password_rules rules;
	bool               offers_change;
	char               until[LBR_TELL_DATE_MAX], from[LBR_TELL_DATE_MAX], last_sign_in[LBR_TELL_DATE_MAX];
	unsigned           codes_left;
	unsigned           session_count;
	struct lbr_tell_session sessions[LBR_PAGE_SESSIONS_MAX];
};

/* Each writes one frame. LBR_ERR_RANGE: a text is too long; the frame is then empty. */
enum lbr_error lbr_page_ask_put(struct lbr_frame *frame, const struct lbr_page_ask *ask);
enum lbr_error lbr_page_tell_put(struct lbr_frame *frame, const struct lbr_page_tell *tell);

/* Each reads one. LBR_ERR_SYNTAX: it breaks any rule; the output is then wiped. A return path that was read is sound. */
enum lbr_error lbr_page_ask_get(const struct lbr_frame *frame, struct lbr_page_ask *ask);
enum lbr_error lbr_page_tell_get(const struct lbr_frame *frame, struct lbr_page_tell *tell);

/* Makes the page that is to be shown; `look` and `ret` point into `tell`. */
void lbr_page_of_tell(const struct lbr_page_tell *tell, struct lbr_look *look, struct lbr_page *ret);

#endif
