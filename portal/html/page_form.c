/* Forms: what password managers, phones and screen readers want of a box is in one table. */
#include "page_parts.h"

#include <stdbool.h>
#include <string.h>

static const char *const names[] = {
	[LBR_BOX_USER] = "user", [LBR_BOX_USER_FIXED] = "user", [LBR_BOX_PASSWORD] = "password",
	[LBR_BOX_NEW] = "new", [LBR_BOX_TOKEN] = "token", [LBR_BOX_CODE] = "token",
};

/* No maxlength anywhere: what is pasted with a blank at its end must arrive whole, to be judged or trimmed. */
static void put_kind(struct lbr_html *html, enum lbr_box_kind kind)
{
	switch (kind) {
	case LBR_BOX_USER:
		html_lit(html, " type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" autocorrect=\"off\""
		               " spellcheck=\"false\" required=\"required\"");
		break;
	case LBR_BOX_USER_FIXED:
		html_lit(html, " type=\"text\" autocomplete=\"username\" readonly=\"readonly\"");
		break;
	case LBR_BOX_PASSWORD:
		html_lit(html, " type=\"password\" autocomplete=\"current-password\" required=\"required\"");
		break;
	case LBR_BOX_NEW:
		html_lit(html, " type=\"password\" autocomplete=\"new-password\" required=\"required\"");
		break;
	case LBR_BOX_TOKEN:
		html_lit(html, " type=\"text\" autocomplete=\"one-time-code\" inputmode=\"numeric\" autocapitalize=\"none\""
		               " spellcheck=\"false\"");
		break;
	case LBR_BOX_CODE:
		html_lit(html, " type=\"text\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"");
		break;
	}
}

void lbr_page_box(struct lbr_html *html, const struct lbr_page *page, const struct lbr_box *box, const char *name)
{
	if (name == NULL)
		name = names[box->kind];
	html_lit(html, "<p class=\"box\"><label for=\"");
	html_text(html, name);
	html_lit(html, "\">");
	html_say(html, box->label, page->language, NULL, NULL);
	html_lit(html, "</label>\n<input id=\"");
	html_text(html, name);
	html_lit(html, "\" name=\"");
	html_text(html, name);
	html_lit(html, "\"");
	put_kind(html, box->kind);
	if (box->value != NULL && (box->kind == LBR_BOX_USER || box->kind == LBR_BOX_USER_FIXED)) {
		html_lit(html, " value=\"");
		html_text(html, box->value);
		html_lit(html, "\"");
	}
	if (box->faulty)
		html_lit(html, " aria-invalid=\"true\"");
	if (box->faulty && box->hinted)
		html_lit(html, " aria-describedby=\"error hint\"");
	else if (box->faulty)
		html_lit(html, " aria-describedby=\"error\"");
	else if (box->hinted)
		html_lit(html, " aria-describedby=\"hint\"");
	if (box->first)
		html_lit(html, " autofocus=\"autofocus\"");
	html_lit(html, "/></p>\n");
}

void lbr_form_way(struct lbr_html *html, const struct lbr_page *page)
{
	if (page->destination != NULL && *page->destination != '\0') {
		html_lit(html, "<input type=\"hidden\" name=\"for\" value=\"");
		html_text(html, page->destination);
		html_lit(html, "\"/>\n");
	}
	if (page->back != NULL && *page->back != '\0') {
		html_lit(html, "<input type=\"hidden\" name=\"rd\" value=\"");
		html_text(html, page->back);
		html_lit(html, "\"/>\n");
	}
}

void lbr_form_begin(struct lbr_html *html, const struct lbr_page *page, const char *leaf, const char *id)
{
	html_lit(html, "<form id=\"");
	html_text(html, id);
	html_lit(html, "\" method=\"post\" action=\"");
	lbr_page_url(html, page, leaf);
	html_lit(html, "\">\n<input type=\"hidden\" name=\"number\" value=\"");
	html_text(html, page->number);
	html_lit(html, "\"/>\n");
	if (page->kind == LBR_PAGE_KIND_SIGN_IN || page->kind == LBR_PAGE_KIND_ALREADY)
		lbr_form_way(html, page);
}

void lbr_form_end(struct lbr_html *html, const struct lbr_page *page, enum lbr_page_text button)
{
	html_lit(html, "<p class=\"button\"><button type=\"submit\">");
	html_say(html, button, page->language, NULL, NULL);
	html_lit(html, "</button></p>\n</form>\n");
}
