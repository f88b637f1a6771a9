/* What the pages say of a request that was refused. */
#include "page_parts.h"

#include <stdbool.h>

/* People who are signed in are refused a change, not a sign-in. */
static enum lbr_page_text text_of(const struct lbr_page *page)
{
	static const enum lbr_page_text texts[LBR_SAIDS] = {
		[LBR_SAID_NO] = LBR_PAGE_SAID_NO,             [LBR_SAID_LATE] = LBR_PAGE_SAID_LATE,
		[LBR_SAID_OVER] = LBR_PAGE_SAID_OVER,         [LBR_SAID_WAIT] = LBR_PAGE_SAID_WAIT,
		[LBR_SAID_USED] = LBR_PAGE_SAID_USED,         [LBR_SAID_USED_RECOVERY] = LBR_PAGE_SAID_USED_RECOVERY,
		[LBR_SAID_PERHAPS] = LBR_PAGE_SAID_PERHAPS,   [LBR_SAID_ENDED] = LBR_PAGE_SAID_ENDED,
		[LBR_SAID_DISABLED] = LBR_PAGE_SAID_DISABLED, [LBR_SAID_BUSY] = LBR_PAGE_SAID_BUSY,
		[LBR_SAID_COOKIES] = LBR_PAGE_COOKIES,        [LBR_SAID_SET_UP] = LBR_PAGE_SAID_SET_UP,
		[LBR_SAID_CHANGED] = LBR_PAGE_SAID_CHANGED,   [LBR_SAID_REPLACED] = LBR_PAGE_SAID_REPLACED,
	};
	bool change = page->kind == LBR_PAGE_KIND_CHANGE || page->kind == LBR_PAGE_KIND_PHONE;

	if (change && page->said == LBR_SAID_NO)
		return LBR_PAGE_SAID_NO_CHANGE;
	if (change && page->said == LBR_SAID_LATE)
		return LBR_PAGE_SAID_LATE_CHANGE;
	if (page->kind == LBR_PAGE_KIND_ALREADY && page->said == LBR_SAID_ENDED)
		return LBR_PAGE_SAID_ENDED_ALREADY;
	return texts[page->said];
}

static bool is_error(enum lbr_said said)
{
	return said != LBR_SAID_LATE && !lbr_said_is_stored(said);
}

/* What was said takes the place of the agent's texts, which are for people who proved something. */
void lbr_page_take_said(const struct lbr_page *page, struct lbr_page *ret)
{
	*ret = *page;
	if (page->said == LBR_SAID_NOTHING || (unsigned)page->said >= LBR_SAIDS || page->say_count > 0)
		return;
	ret->says[0] = (struct lbr_page_say){ is_error(page->said), lbr_page_text(text_of(page), page->language) };
	ret->say_count = 1;
}
