/* What every page has around its own part. */
#include "page_parts.h"

#include <stdbool.h>
#include <string.h>

void lbr_page_url(struct lbr_html *html, const struct lbr_page *page, const char *leaf)
{
	html_text(html, page->look->base);
	html_lit(html, "/");
	html_text(html, leaf);
}

static bool has_text(const char *text)
{
	return text != NULL && *text != '\0';
}

static void put_head(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text heading)
{
	if (page->language == LBR_LANGUAGE_FR)
		html_lit(html, "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n");
	else
		html_lit(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
	html_lit(html, "<meta charset=\"utf-8\"/>\n"
	               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	               "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	               "<meta name=\"format-detection\" content=\"telephone=no\"/>\n<title>");
	if (page->say_count > 0 && page->says[0].error) {
		SAY(html, page, ERROR);
		html_lit(html, " ");
	}
	html_say(html, heading, page->language, NULL, NULL);
	html_lit(html, " \302\267 ");
	html_text(html, page->look->name);
	html_lit(html, "</title>\n<link rel=\"stylesheet\" href=\"");
	lbr_page_url(html, page, "style.css");
	html_lit(html, "\"/>\n");
	if (page->look->has_style) {
		html_lit(html, "<link rel=\"stylesheet\" href=\"");
		lbr_page_url(html, page, "site.css");
		html_lit(html, "\"/>\n");
	}
	html_lit(html, "</head>\n");
}

/* Where each page is shown. A fault has nothing to come back to. */
static const char *const leaves[LBR_PAGE_KINDS] = {
	[LBR_PAGE_KIND_SIGN_IN] = "sign-in",   [LBR_PAGE_KIND_ALREADY] = "sign-in",  [LBR_PAGE_KIND_SET_UP] = "set-up",
	[LBR_PAGE_KIND_TOKEN] = "token",       [LBR_PAGE_KIND_PASSWORD] = "password", [LBR_PAGE_KIND_CODES] = "recovery-codes",
	[LBR_PAGE_KIND_NOTICE] = "notice",     [LBR_PAGE_KIND_ACCOUNT] = "account",  [LBR_PAGE_KIND_CHANGE] = "change-password",
	[LBR_PAGE_KIND_PHONE] = "new-phone",   [LBR_PAGE_KIND_SIGN_OUT] = "sign-out", [LBR_PAGE_KIND_SIGNED_OUT] = "signed-out",
};

/* What the page was asked for with: the keeper judges each of them once more. */
static void put_place(struct lbr_html *html, const struct lbr_page *page)
{
	if (leaves[page->kind] == NULL)
		return;
	html_lit(html, "<input type=\"hidden\" name=\"at\" value=\"");
	html_text(html, leaves[page->kind]);
	html_lit(html, "\"/>\n");
	if (page->with_recovery)
		html_lit(html, "<input type=\"hidden\" name=\"with\" value=\"recovery\"/>\n");
	if (page->said == LBR_SAID_NOTHING)
		return;
	html_lit(html, "<input type=\"hidden\" name=\"said\" value=\"");
	html_text(html, lbr_said_word(page->said));
	html_lit(html, "\"/>\n");
}

/* A form: the browser encodes the return path, and no address is put together here. */
static void put_language_switch(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<form class=\"language\" method=\"get\" action=\"");
	lbr_page_url(html, page, "language");
	if (page->language == LBR_LANGUAGE_FR)
		html_lit(html, "\">\n<input type=\"hidden\" name=\"to\" value=\"en\"/>\n");
	else
		html_lit(html, "\">\n<input type=\"hidden\" name=\"to\" value=\"fr\"/>\n");
	put_place(html, page);
	lbr_form_way(html, page);
	if (page->language == LBR_LANGUAGE_FR)
		html_lit(html, "<button type=\"submit\" lang=\"en\">English</button>\n</form>\n");
	else
		html_lit(html, "<button type=\"submit\" lang=\"fr\">Fran\303\247ais</button>\n</form>\n");
}

static void put_top(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "<body>\n<a class=\"skip\" href=\"#main\">");
	SAY(html, page, SKIP);
	html_lit(html, "</a>\n<header>\n<p class=\"site\">");
	if (page->look->has_logo) {
		html_lit(html, "<img src=\"");
		lbr_page_url(html, page, "logo");
		html_lit(html, "\" alt=\"\"/> ");
	}
	html_text(html, page->look->name);
	html_lit(html, "</p>\n");
	put_language_switch(html, page);
	html_lit(html, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

void lbr_page_lines(struct lbr_html *html, const char *text)
{
	char line[512];
	size_t len;

	while (html->error == LBR_OK && *text != '\0') {
		len = strcspn(text, "\n");
		if (len >= sizeof(line)) {
			html->error = LBR_ERR_RANGE;
			return;
		}
		memcpy(line, text, len);
		line[len] = '\0';
		html_prose(html, line);
		text += len;
		if (*text == '\n' && *++text != '\0')
			html_lit(html, "<br/>\n");
	}
}

/* All errors stand in one box, which the faulty boxes of the form point to; everything else is a status. */
static void put_says(struct lbr_html *html, const struct lbr_page *page, bool errors)
{
	unsigned at, told = 0;

	for (at = 0; at < page->say_count; at++) {
		if (page->says[at].error != errors)
			continue;
		if (told++ == 0 && errors)
			html_lit(html, "<div id=\"error\" class=\"error\" role=\"alert\">\n");
		else if (told == 1)
			html_lit(html, "<div class=\"status\" role=\"status\">\n");
		html_lit(html, "<p>");
		lbr_page_lines(html, page->says[at].text);
		html_lit(html, "</p>\n");
	}
	if (told > 0 && errors && page->tries_left > 0) {
		html_lit(html, "<p>");
		html_say_number(html, LBR_PAGE_TRIES_LEFT, page->language, page->tries_left);
		html_lit(html, "</p>\n");
	}
	if (told > 0)
		html_lit(html, "</div>\n");
}

void lbr_page_begin(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text heading)
{
	put_head(html, page, heading);
	put_top(html, page);
	html_lit(html, "<h1>");
	html_say(html, heading, page->language, NULL, NULL);
	html_lit(html, "</h1>\n");
	if (page->step > 0) {
		char step[2] = { (char)('0' + page->step % 10), '\0' }, steps[2] = { (char)('0' + page->steps % 10), '\0' };

		html_lit(html, "<p class=\"step\">");
		html_say(html, LBR_PAGE_STEP, page->language, step, steps);
		html_lit(html, "</p>\n");
	}
	put_says(html, page, true);
	put_says(html, page, false);
}

void lbr_page_end(struct lbr_html *html, const struct lbr_page *page)
{
	html_lit(html, "</main>\n");
	if (has_text(page->look->help)) {
		html_lit(html, "<footer>\n<p><strong>");
		SAY(html, page, HELP);
		html_lit(html, "</strong> ");
		html_text(html, page->look->help);
		html_lit(html, "</p>\n</footer>\n");
	}
	html_lit(html, "</body>\n</html>\n");
}

void lbr_page_paragraph(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text text)
{
	html_lit(html, "<p>");
	html_say(html, text, page->language, NULL, NULL);
	html_lit(html, "</p>\n");
}

void lbr_page_link(struct lbr_html *html, const struct lbr_page *page, const char *leaf, enum lbr_page_text text)
{
	html_lit(html, "<p><a href=\"");
	lbr_page_url(html, page, leaf);
	html_lit(html, "\">");
	html_say(html, text, page->language, NULL, NULL);
	html_lit(html, "</a></p>\n");
}
