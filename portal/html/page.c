/* A page as a pure function. */
#include "page.h"

#include "page_parts.h"

typedef void write_page(struct lbr_html *, const struct lbr_page *);

static write_page *const writers[LBR_PAGE_KINDS] = {
	[LBR_PAGE_KIND_SIGN_IN] = lbr_page_sign_in,
	[LBR_PAGE_KIND_ALREADY] = lbr_page_already,
	[LBR_PAGE_KIND_SET_UP] = lbr_page_set_up,
	[LBR_PAGE_KIND_TOKEN] = lbr_page_token,
	[LBR_PAGE_KIND_PASSWORD] = lbr_page_password,
	[LBR_PAGE_KIND_CODES] = lbr_page_codes,
	[LBR_PAGE_KIND_NOTICE] = lbr_page_notice,
	[LBR_PAGE_KIND_ACCOUNT] = lbr_page_account,
	[LBR_PAGE_KIND_CHANGE] = lbr_page_change,
	[LBR_PAGE_KIND_PHONE] = lbr_page_phone,
	[LBR_PAGE_KIND_SIGN_OUT] = lbr_page_sign_out,
	[LBR_PAGE_KIND_SIGNED_OUT] = lbr_page_signed_out,
	[LBR_PAGE_KIND_COOKIES] = lbr_page_cookies,
	[LBR_PAGE_KIND_FAULT] = lbr_page_fault,
};

enum lbr_error lbr_page_write(const struct lbr_page *page, struct lbr_html *html, char *bytes, size_t size)
{
	struct lbr_page told;

	lbr_html_begin(html, bytes, size);
	if ((unsigned)page->kind >= LBR_PAGE_KINDS || writers[page->kind] == NULL || page->say_count > LBR_PAGE_SAYS_MAX ||
	    page->code_count > LBR_PAGE_SHEET_MAX || page->session_count > LBR_PAGE_SESSIONS_MAX)
		html->error = LBR_ERR_SYNTAX;
	if (html->error == LBR_OK) {
		lbr_page_take_said(page, &told);
		writers[page->kind](html, &told);
	}
	return lbr_html_end(html);
}
