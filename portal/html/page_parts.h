/* What the pages are made of. Each function adds one part, whole: an element that it opens it closes. */
#ifndef PORTAL_PAGE_PARTS_H
#define PORTAL_PAGE_PARTS_H

#include <stdbool.h>

#include "html.h"
#include "page.h"
#include "page_texts.h"

/* A text of the portal's in the page's language. */
#define SAY(html, page, text) html_say(html, LBR_PAGE_##text, (page)->language, NULL, NULL)

enum lbr_box_kind {
	LBR_BOX_USER,        /* to be typed */
	LBR_BOX_USER_FIXED,  /* known: for password managers, and for people */
	LBR_BOX_PASSWORD,    /* the current one */
	LBR_BOX_NEW,
	LBR_BOX_TOKEN,       /* six digits */
	LBR_BOX_CODE,        /* a recovery code, or either */
};

struct lbr_box {
	enum lbr_box_kind  kind;
	enum lbr_page_text label;
	const char        *value; /* USER and USER_FIXED; never a secret */
	bool               faulty; /* the page's error is about this box too */
	bool               hinted; /* an element with the id "hint" explains it */
	bool               first; /* gets the focus */
};

/* Everything before the page's own part: the head, the skip link, name and language switch, the heading, and what is said. */
void lbr_page_begin(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text heading);
void lbr_page_end(struct lbr_html *html, const struct lbr_page *page);

/* "BASE/LEAF" as a URL in an attribute. */
void lbr_page_url(struct lbr_html *html, const struct lbr_page *page, const char *leaf);

/* A label and its box under the name that forms use for that kind: user, password, new, token. `name` NULL: that one. */
void lbr_page_box(struct lbr_html *html, const struct lbr_page *page, const struct lbr_box *box, const char *name);

/* Hidden boxes: whom the sign-in is for, and the return path, as far as the page has them. */
void lbr_form_way(struct lbr_html *html, const struct lbr_page *page);

/* <form method="post"> to BASE/LEAF with its number, and the return path if the page has one; its end with a button. */
void lbr_form_begin(struct lbr_html *html, const struct lbr_page *page, const char *leaf, const char *id);
void lbr_form_end(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text button);

void lbr_page_paragraph(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text text);
void lbr_page_link(struct lbr_html *html, const struct lbr_page *page, const char *leaf, enum lbr_page_text text);

/* A text of the agent's: a line feed in it begins a new line. */
void lbr_page_lines(struct lbr_html *html, const char *text);

/* `*ret` is the page; what was said takes the place of the agent's texts, if there are none. */
void lbr_page_take_said(const struct lbr_page *page, struct lbr_page *ret);

/* The pages. */
void lbr_page_sign_in(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_already(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_set_up(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_token(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_password(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_change(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_phone(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_codes(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_notice(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_account(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_sign_out(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_signed_out(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_cookies(struct lbr_html *html, const struct lbr_page *page);
void lbr_page_fault(struct lbr_html *html, const struct lbr_page *page);

#endif
