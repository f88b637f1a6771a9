/* The three boxes, in front of everything. */
#include "page_parts.h"

#include <stdbool.h>

static void put_hint(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<p id=\"hint\" class=\"hint\">");
	SAY(html, page, FIRST_TIME);
	html_lit(html, "<br/>\n");
	SAY(html, page, TOKEN_LIVES);
	html_lit(html, "</p>\n");
}

static void put_boxes(struct lbr_html *html, const struct lbr_page *page)
{
	bool wrong = page->say_count > 0 && page->says[0].error && page->said == LBR_SAID_NO;
	bool named = page->user != NULL && *page->user != '\0';
	const struct lbr_box user = { LBR_BOX_USER, LBR_PAGE_USER, named ? page->user : NULL, wrong, false, !named };
	const struct lbr_box password = { LBR_BOX_PASSWORD, LBR_PAGE_PASSWORD, NULL, wrong, false, named };
	const struct lbr_box token = { page->with_recovery ? LBR_BOX_CODE : LBR_BOX_TOKEN,
		page->with_recovery ? LBR_PAGE_RECOVERY_CODE : LBR_PAGE_TOKEN, NULL, wrong, !page->with_recovery, false };

	lbr_page_box(html, page, &user, NULL);
	lbr_page_box(html, page, &password, NULL);
	lbr_page_box(html, page, &token, NULL);
	if (!page->with_recovery)
		put_hint(html, page);
}

/* The other form of the page keeps the return path, so it is a form too. */
static void put_other_way(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<form method=\"get\" action=\"");
	lbr_page_url(html, page, "sign-in");
	html_lit(html, "\">\n");
	if (!page->with_recovery)
		html_lit(html, "<input type=\"hidden\" name=\"with\" value=\"recovery\"/>\n");
	lbr_form_way(html, page);
	html_lit(html, "<p><button type=\"submit\" class=\"link\">");
	html_say(html, page->with_recovery ? LBR_PAGE_WITH_TOKEN : LBR_PAGE_LOST_PHONE, page->language, NULL, NULL);
	html_lit(html, "</button></p>\n</form>\n");
}

void lbr_page_sign_in(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_SIGN_IN);
	lbr_form_begin(html, page, "sign-in", "form");
	put_boxes(html, page);
	lbr_form_end(html, page, LBR_PAGE_SIGN_IN);
	put_other_way(html, page);
	lbr_page_end(html, page);
}

void lbr_page_already(struct lbr_html *html, const struct lbr_page *page)
{
	struct lbr_page told;

	lbr_page_take_said(page, &told);
	lbr_page_begin(html, &told, LBR_PAGE_SIGN_IN);
	html_lit(html, "<p>");
	html_say(html, LBR_PAGE_ALREADY, page->language, page->user, NULL);
	html_lit(html, "</p>\n");
	lbr_form_begin(html, page, "continue", "form");
	lbr_form_end(html, page, LBR_PAGE_CONTINUE);
	lbr_form_begin(html, page, "sign-out", "other");
	html_lit(html, "<input type=\"hidden\" name=\"then\" value=\"sign-in\"/>\n");
	lbr_form_end(html, page, LBR_PAGE_SOMEBODY_ELSE);
	lbr_page_end(html, page);
}

/* A link: a form of this host may lead nowhere else, and people sign in at another one. */
void lbr_page_cookies(struct lbr_html *html, const struct lbr_page *page)
{
	struct lbr_page told = *page;

	told.said = LBR_SAID_COOKIES;
	lbr_page_take_said(&told, &told);
	lbr_page_begin(html, &told, LBR_PAGE_SIGN_IN);
	lbr_page_link(html, &told, "sign-in", LBR_PAGE_SIGN_IN_AGAIN);
	lbr_page_end(html, &told);
}
