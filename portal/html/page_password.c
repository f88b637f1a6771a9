/* New passwords, and what is asked before a change. */
#include "page_parts.h"

#include <stdbool.h>

static bool has_error(const struct lbr_page *page)
{
	return page->say_count > 0 && page->says[0].error;
}

/* How often, as people count: twelve months are a year. */
static enum lbr_page_text renewed_of(struct lbr_age age, unsigned *ret_number)
{
	bool years = age.unit == LBR_AGE_MONTHS && age.count % 12 == 0;

	*ret_number = years ? age.count / 12 : age.count;
	if (age.unit == LBR_AGE_NEVER)
		return LBR_PAGE_RULE_NEVER;
	if (years)
		return *ret_number == 1 ? LBR_PAGE_RULE_YEAR : LBR_PAGE_RULE_YEARS;
	if (age.unit == LBR_AGE_MONTHS)
		return age.count == 1 ? LBR_PAGE_RULE_MONTH : LBR_PAGE_RULE_MONTHS;
	return age.count == 1 ? LBR_PAGE_RULE_DAY : LBR_PAGE_RULE_DAYS;
}

static void put_rule(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text rule, unsigned number)
{
	html_lit(html, "<li>");
	html_say_number(html, rule, page->language, number);
	html_lit(html, "</li>\n");
}

/* On the page of the first box they are its hint: who hears the page jumps to that box. */
static void put_rules(struct lbr_html *html, const struct lbr_page *page, bool hint)
{
	unsigned number;

	if (hint)
		html_lit(html, "<ul id=\"hint\" class=\"rules\">\n");
	else
		html_lit(html, "<ul class=\"rules\">\n");
	put_rule(html, page, LBR_PAGE_RULE_SENTENCE, 0);
	if (page->history > 0) {
		enum lbr_page_text renewed = renewed_of(page->max_age, &number);

		put_rule(html, page, renewed, number);
		put_rule(html, page, page->history == 1 ? LBR_PAGE_RULE_LAST : LBR_PAGE_RULE_KEPT, page->history);
	}
	put_rule(html, page, LBR_PAGE_RULE_KEEPASS, 0);
	html_lit(html, "</ul>\n");
}

/* The name stands in a box of the form: a password manager stores what it belongs to. */
static void put_user(struct lbr_html *html, const struct lbr_page *page)
{
	const struct lbr_box user = { LBR_BOX_USER_FIXED, LBR_PAGE_USER, page->user, false, false, false };

	lbr_page_box(html, page, &user, NULL);
}

static void put_new_boxes(struct lbr_html *html, const struct lbr_page *page, bool first)
{
	bool hinted = page->kind == LBR_PAGE_KIND_PASSWORD;
	const struct lbr_box new = { LBR_BOX_NEW, LBR_PAGE_NEW, NULL, has_error(page), hinted, first };
	const struct lbr_box again = { LBR_BOX_NEW, LBR_PAGE_AGAIN, NULL, has_error(page), false, false };

	lbr_page_box(html, page, &new, NULL);
	lbr_page_box(html, page, &again, "again");
}

void lbr_page_password(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_NEW_PASSWORD);
	put_rules(html, page, true);
	lbr_form_begin(html, page, "password", "form");
	put_user(html, page);
	put_new_boxes(html, page, true);
	lbr_form_end(html, page, LBR_PAGE_CHANGE_IT);
	lbr_form_begin(html, page, "more-time", "more");
	lbr_form_end(html, page, LBR_PAGE_MORE_TIME);
	lbr_page_end(html, page);
}

void lbr_page_change(struct lbr_html *html, const struct lbr_page *page)
{
	const struct lbr_box old = { LBR_BOX_PASSWORD, LBR_PAGE_OLD, NULL, has_error(page), false, true };
	const struct lbr_box token = { LBR_BOX_TOKEN, LBR_PAGE_TOKEN, NULL, has_error(page), true, false };

	lbr_page_begin(html, page, LBR_PAGE_CHANGE);
	lbr_page_paragraph(html, page, LBR_PAGE_MUST_BE_SIGNED_IN);
	put_rules(html, page, false);
	lbr_form_begin(html, page, "change-password", "form");
	put_user(html, page);
	if (!page->proven) {
		lbr_page_box(html, page, &old, "old");
		lbr_page_box(html, page, &token, NULL);
		html_lit(html, "<p id=\"hint\" class=\"hint\">");
		SAY(html, page, TOKEN_LIVES);
		html_lit(html, "</p>\n");
	}
	put_new_boxes(html, page, page->proven);
	lbr_form_end(html, page, LBR_PAGE_CHANGE_IT);
	lbr_page_link(html, page, "account", LBR_PAGE_ACCOUNT);
	lbr_page_end(html, page);
}

void lbr_page_phone(struct lbr_html *html, const struct lbr_page *page)
{
	const struct lbr_box password = { LBR_BOX_PASSWORD, LBR_PAGE_PASSWORD, NULL, has_error(page), false, true };
	const struct lbr_box token = { LBR_BOX_CODE, LBR_PAGE_TOKEN_OR_CODE, NULL, has_error(page), false, false };

	lbr_page_begin(html, page, LBR_PAGE_NEW_PHONE);
	lbr_page_paragraph(html, page, LBR_PAGE_OLD_TOKEN_STAYS);
	lbr_form_begin(html, page, "new-phone", "form");
	put_user(html, page);
	lbr_page_box(html, page, &password, NULL);
	lbr_page_box(html, page, &token, NULL);
	lbr_form_end(html, page, LBR_PAGE_CONTINUE);
	lbr_page_link(html, page, "account", LBR_PAGE_ACCOUNT);
	lbr_page_end(html, page);
}
