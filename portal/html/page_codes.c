/* What is shown once: recovery codes and notices. */
#include "page_parts.h"

void lbr_page_codes(struct lbr_html *html, const struct lbr_page *page)
{
	unsigned at;

	lbr_page_begin(html, page, LBR_PAGE_CODES);
	lbr_page_paragraph(html, page, LBR_PAGE_CODES_USE);
	lbr_page_paragraph(html, page, LBR_PAGE_CODES_ONCE);
	html_lit(html, "<p class=\"account\">");
	html_say(html, LBR_PAGE_AS, page->language, page->user, NULL);
	html_lit(html, "</p>\n<ol class=\"codes\">\n");
	for (at = 0; at < page->code_count; at++) {
		html_lit(html, "<li><code>");
		html_text(html, page->codes[at]);
		html_lit(html, "</code></li>\n");
	}
	html_lit(html, "</ol>\n");
	lbr_form_begin(html, page, "recovery-codes", "form");
	html_lit(html, "<p class=\"check\"><input type=\"checkbox\" id=\"noted\" name=\"noted\" value=\"yes\""
	               " required=\"required\"/> <label for=\"noted\">");
	SAY(html, page, CODES_NOTED);
	html_lit(html, "</label></p>\n");
	lbr_form_end(html, page, LBR_PAGE_CONTINUE);
	lbr_page_end(html, page);
}

void lbr_page_notice(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, LBR_PAGE_NOTICE);
	lbr_form_begin(html, page, "notice", "form");
	lbr_form_end(html, page, LBR_PAGE_CONTINUE);
	if (page->offers_change)
		lbr_page_link(html, page, "change-password", LBR_PAGE_CHANGE_IT);
	lbr_page_end(html, page);
}
