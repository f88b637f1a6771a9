/* The session of a visit. */
#include "own_session.h"

#include "recheck.h"
#include "session_cookie.h"

enum lbr_own_session lbr_own_session(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t *ret_index,
                                     struct lbr_web_session *ret)
{
	enum lbr_session_answer answer;

	answer = lbr_session_of_cookie(keeper, visit->route.site, visit->ask.session, ret_index, ret);
	if (answer == LBR_SESSION_DEAD)
		return LBR_OWN_NONE;
	if (answer == LBR_SESSION_LIVE || visit->rechecked)
		return LBR_OWN_LIVE;
	return lbr_recheck_visit(keeper, *ret_index, ret, visit) ? LBR_OWN_LATER : LBR_OWN_TROUBLE;
}

bool lbr_own_session_or_sign_in(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t *ret_index,
                                struct lbr_web_session *ret, struct lbr_page_tell *tell, enum lbr_handled *ret_handled)
{
	enum lbr_own_session own = lbr_own_session(keeper, visit, ret_index, ret);

	*ret_handled = own == LBR_OWN_LATER ? LBR_HANDLED_LATER : LBR_HANDLED_NOW;
	if (own == LBR_OWN_NONE)
		lbr_tell_go(visit->route.site, "sign-in", tell);
	return own == LBR_OWN_LIVE;
}
