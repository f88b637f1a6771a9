/* Pages that are about no person. */
#include "handlers.h"

#include <string.h>

#include "application.h"

enum lbr_handled lbr_show_plain(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	lbr_tell_page_of(keeper, visit,
	                 visit->route.place == LBR_PLACE_SIGN_OUT ? LBR_PAGE_KIND_SIGN_OUT : LBR_PAGE_KIND_SIGNED_OUT, 0, tell);
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_show_language(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_query *query = &visit->ask.query;

	(void)keeper;
	if (visit->route.site->sign_in[0] != '\0')
		lbr_tell_go(visit->route.site, visit->ask.session[0] != '\0' ? "sign-out" : "signed-out", tell);
	else
		lbr_tell_go_with(visit->route.site, "sign-in", "", query->destination,
		                 query->destination[0] != '\0' ? query->back : lbr_return_path(query->back), tell);
	tell->set_language = visit->ask.query.to;
	return LBR_HANDLED_NOW;
}
