/* The three boxes. */
#include "handlers.h"

enum lbr_handled lbr_show_sign_in(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_SIGN_IN, 0, tell);
	tell->said = lbr_said_of(visit->ask.query.said);
	tell->with_recovery = visit->ask.query.with_recovery;
	return LBR_HANDLED_NOW;
}
