/* Pages that know nobody. */
#include "handlers.h"

#include <string.h>

enum lbr_handled lbr_show_plain(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	lbr_tell_page_of(keeper, visit,
	                 visit->route.place == LBR_PLACE_SIGN_OUT ? LBR_PAGE_KIND_SIGN_OUT : LBR_PAGE_KIND_SIGNED_OUT, 0, tell);
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_show_language(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const char *back = lbr_return_path(visit->ask.query.back);

	(void)keeper;
	lbr_tell_go(visit->route.site, "sign-in?rd=", tell);
	memcpy(tell->go, back, strlen(back) + 1);
	tell->set_language = visit->ask.query.to;
	return LBR_HANDLED_NOW;
}
