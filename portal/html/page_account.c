/* My account, and the way out. */
#include "page_parts.h"

static void put_facts(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<ul class=\"facts\">\n<li>");
	html_say(html, LBR_PAGE_SIGNED_IN_AS, page->language, page->user, NULL);
	html_lit(html, "</li>\n<li>");
	if (page->until != NULL)
		html_say(html, LBR_PAGE_VALID_UNTIL, page->language, page->until, page->from);
	else
		html_say(html, LBR_PAGE_VALID_ALWAYS, page->language, page->from, NULL);
	html_lit(html, "</li>\n<li>");
	if (page->last_sign_in != NULL && *page->last_sign_in != '\0') {
		html_say(html, LBR_PAGE_LAST_SIGN_IN, page->language, page->last_sign_in, NULL);
		html_lit(html, "</li>\n<li>");
	}
	html_say_number(html, LBR_PAGE_CODES_LEFT, page->language, page->codes_left);
	html_lit(html, "</li>\n</ul>\n");
	lbr_page_link(html, page, "change-password", LBR_PAGE_CHANGE_IT);
	lbr_page_link(html, page, "new-phone", LBR_PAGE_NEW_PHONE);
}

/* A list, not a table: it still reads at 320 px. */
static void put_sessions(struct lbr_html *html, const struct lbr_page *page)
{
	unsigned at;

	html_lit(html, "<ul class=\"sessions\">\n");
	for (at = 0; at < page->session_count; at++) {
		const struct lbr_page_session *one = &page->sessions[at];

		html_lit(html, "<li><dl>\n<dt>");
		SAY(html, page, SINCE);
		html_lit(html, "</dt><dd>");
		html_text(html, one->since);
		html_lit(html, "</dd>\n<dt>");
		SAY(html, page, LAST_SEEN);
		html_lit(html, "</dt><dd>");
		html_text(html, one->seen);
		html_lit(html, "</dd>\n<dt>");
		SAY(html, page, ADDRESS);
		html_lit(html, "</dt><dd>");
		html_text(html, one->address);
		html_lit(html, "</dd>\n</dl></li>\n");
	}
	html_lit(html, "</ul>\n");
}

void lbr_page_account(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_ACCOUNT);
	put_facts(html, page);
	html_lit(html, "<h2>");
	SAY(html, page, SESSIONS);
	html_lit(html, "</h2>\n");
	if (page->session_count > 0) {
		put_sessions(html, page);
		lbr_form_begin(html, page, "sign-out-others", "others");
		lbr_form_end(html, page, LBR_PAGE_SIGN_OUT_OTHERS);
	} else {
		lbr_page_paragraph(html, page, LBR_PAGE_NO_SESSIONS);
	}
	lbr_form_begin(html, page, "sign-out", "form");
	lbr_form_end(html, page, LBR_PAGE_SIGN_OUT);
	lbr_page_end(html, page);
}

void lbr_page_sign_out(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_SIGN_OUT);
	lbr_form_begin(html, page, "sign-out", "form");
	lbr_form_end(html, page, LBR_PAGE_SIGN_OUT);
	lbr_page_end(html, page);
}

void lbr_page_signed_out(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_SIGNED_OUT);
	lbr_page_link(html, page, "sign-in", LBR_PAGE_SIGN_IN_AGAIN);
	lbr_page_end(html, page);
}
