/* The phone gets its key. */
#include "page_parts.h"

#include <stdbool.h>
#include <string.h>

#include "qr_svg.h"

#define APP_PAGE "https://www.microsoft.com/security/mobile-authenticator-app"

/* The only address that may hold data: it must begin as a key's does and hold what lbr_otpauth_uri writes. */
static bool is_key_address(const char *uri)
{
	return strncmp(uri, "otpauth://totp/", 15) == 0 &&
	       uri[strspn(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%:/?&=")] == '\0';
}

static void put_key(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<h2>");
	SAY(html, page, SET_UP_2);
	html_lit(html, "</h2>\n");
	lbr_qr_svg(html, page->uri, lbr_page_text(LBR_PAGE_QR_TITLE, page->language));
	html_lit(html, "<p>");
	SAY(html, page, TYPE_KEY);
	html_lit(html, "<br/>\n<code class=\"key\">");
	html_text(html, page->key);
	html_lit(html, "</code></p>\n<p><a href=\"");
	html_text(html, page->uri);
	html_lit(html, "\">");
	SAY(html, page, SAME_PHONE);
	html_lit(html, "</a></p>\n<p>");
	html_say(html, LBR_PAGE_APP_LISTS, page->language, page->look->issuer, NULL);
	html_lit(html, "</p>\n");
}

/* The box of the set-up has no focus at first: on a phone it would push the QR code out of sight. */
static void put_confirmation(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text label)
{
	const struct lbr_box token = { LBR_BOX_TOKEN, label, NULL, page->say_count > 0 && page->says[0].error, false,
		page->kind == LBR_PAGE_KIND_TOKEN };

	lbr_form_begin(html, page, page->kind == LBR_PAGE_KIND_SET_UP ? "set-up" : "token", "form");
	lbr_page_box(html, page, &token, NULL);
	lbr_form_end(html, page, LBR_PAGE_CONFIRM);
	lbr_form_begin(html, page, "more-time", "more");
	lbr_form_end(html, page, LBR_PAGE_MORE_TIME);
}

void lbr_page_set_up(struct lbr_html *html, const struct lbr_page *page)
{
	if (page->uri == NULL || !is_key_address(page->uri)) {
		html->error = LBR_ERR_SYNTAX;
		return;
	}
	lbr_page_begin(html, page, LBR_PAGE_SET_UP);
	html_lit(html, "<p class=\"account\">");
	html_say(html, LBR_PAGE_AS, page->language, page->user, NULL);
	html_lit(html, "</p>\n<h2><a href=\"" APP_PAGE "\" rel=\"noreferrer\" target=\"_blank\">");
	SAY(html, page, SET_UP_1);
	html_lit(html, "</a></h2>\n");
	put_key(html, page);
	html_lit(html, "<h2>");
	SAY(html, page, SET_UP_3);
	html_lit(html, "</h2>\n");
	put_confirmation(html, page, LBR_PAGE_TOKEN);
	lbr_page_end(html, page);
}

void lbr_page_token(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_TOKEN);
	html_lit(html, "<p class=\"account\">");
	html_say(html, LBR_PAGE_AS, page->language, page->user, NULL);
	html_lit(html, "</p>\n");
	put_confirmation(html, page, LBR_PAGE_TOKEN_SHOWN);
	lbr_page_end(html, page);
}
