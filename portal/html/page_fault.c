/* What could not be done. Neither the request nor a reason is repeated. */
#include "page_parts.h"

static enum lbr_page_text text_of(const struct lbr_page *page)
{
	switch (page->status) {
	case 403: return LBR_PAGE_FAULT_403;
	case 404: return LBR_PAGE_FAULT_404;
	case 405: return LBR_PAGE_FAULT_405;
	case 413:
	case 431: return LBR_PAGE_FAULT_413;
	case 421: return LBR_PAGE_FAULT_421;
	case 503: return page->wait_s > 0 ? LBR_PAGE_SAID_BUSY : LBR_PAGE_FAULT_CLOSED;
	default: return LBR_PAGE_FAULT_400;
	}
}

void lbr_page_fault(struct lbr_html *html, const struct lbr_page *page)
{
	lbr_page_begin(html, page, text_of(page));
	if (page->status == 503) {
		html_lit(html, "<p>");
		if (page->wait_s > 0)
			html_say_number(html, LBR_PAGE_FAULT_503, page->language, page->wait_s);
		else
			html_say(html, LBR_PAGE_CLOSED_GO_ON, page->language, NULL, NULL);
		html_lit(html, "</p>\n");
	}
	if (page->status != 421)
		lbr_page_link(html, page, "sign-in", LBR_PAGE_SIGN_IN);
	lbr_page_end(html, page);
}
