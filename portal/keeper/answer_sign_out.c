/* The way out. */
#include "handlers.h"

#include <string.h>

#include "application.h"
#include "own_session.h"
#include "session_cookie.h"
#include "session_log.h"

/* A change that is under way begins a session anew: not one that was signed out meanwhile. Those of the person from this session,
 * or from all others. */
static void end_changes(struct lbr_keeper *keeper, const char *user, const char *session, bool others)
{
	struct lbr_talk *talk;

	for (talk = keeper->talks; talk < keeper->talks + keeper->talks_high; talk++)
		if (talk->used && talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN && strcmp(talk->user, user) == 0 &&
		    (strcmp(talk->session, session) != 0) == others)
			lbr_wipe(talk->session, sizeof(talk->session));
}

/* The table first, and its disk: what is answered holds. The account need not be asked about. */
static bool end_session(struct lbr_keeper *keeper, const struct lbr_visit *visit)
{
	struct lbr_web_session session;
	uint32_t index;

	if (lbr_session_of_cookie(keeper, visit->route.site, visit->ask.session, &index, &session) == LBR_SESSION_DEAD)
		return true;
	end_changes(keeper, session.user, visit->ask.session, false);
	(void)lbr_session_end_family(&keeper->table.table, index);
	lbr_log_session(keeper, "session ended by signing out", &session);
	return lbr_table_file_sync(&keeper->table) == LBR_OK;
}

enum lbr_handled lbr_take_sign_out(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_site *site = visit->route.site;

	tell->set_session = LBR_TELL_COOKIE_FORGET;
	memcpy(tell->forget, site->forget_cookies, sizeof(tell->forget));
	if (!end_session(keeper, visit))
		return LBR_HANDLED_NOW;
	if (!visit->ask.form.then_sign_in) {
		lbr_tell_go(site, "signed-out", tell);
		return LBR_HANDLED_NOW;
	}
	lbr_tell_go_with(site, "sign-in", "", visit->ask.form.destination, visit->ask.form.back, tell);
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_take_sign_out_others(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	enum lbr_handled handled;
	uint32_t own;

	if (!lbr_own_session_or_sign_in(keeper, visit, &own, &session, tell, &handled))
		return handled;
	end_changes(keeper, session.user, visit->ask.session, true);
	if (lbr_session_end_all(&keeper->table.table, session.user, own) > 0)
		lbr_log_session(keeper, "other sessions ended by signing them out", &session);
	if (lbr_table_file_sync(&keeper->table) == LBR_OK)
		lbr_tell_go(visit->route.site, "account", tell);
	return LBR_HANDLED_NOW;
}
