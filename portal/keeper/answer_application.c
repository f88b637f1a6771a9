/* The host of an application, whose people sign in at another one: the way there, and the way back with a ticket. */
#include "handlers.h"

#include <string.h>

#include <liberations/random.h>

#include "application.h"
#include "base64url_bytes.h"
#include "destination.h"
#include "recheck.h"
#include "session_cookie.h"
#include "session_log.h"

static const struct lbr_site *portal_of(const struct lbr_keeper *keeper, const struct lbr_visit *visit)
{
	return lbr_site_to_sign_in(keeper->settings, visit->route.site);
}

enum lbr_handled lbr_show_at_portal(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	lbr_tell_go(portal_of(keeper, visit), lbr_place_leaf(visit->route.place), tell);
	return LBR_HANDLED_NOW;
}

/* The browser's nonce: the one that it has, or a new one. It stays, so that several pages that are opened at once all arrive. */
static bool take_browser(const struct lbr_keeper *keeper, const struct lbr_visit *visit, unsigned char ret[LBR_PORTAL_MAC_LEN],
                         struct lbr_page_tell *tell)
{
	unsigned char random[LBR_GO_COOKIE_RANDOM];

	if (lbr_go_cookie_hash(&keeper->key, visit->ask.go_cookie, ret))
		return true;
	if (lbr_random(random, sizeof(random)) != LBR_OK)
		return false;
	lbr_go_cookie_make(&keeper->key, random, tell->go_cookie);
	lbr_wipe(random, sizeof(random));
	return lbr_go_cookie_hash(&keeper->key, tell->go_cookie, ret);
}

enum lbr_handled lbr_show_go(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_query *query = &visit->ask.query;
	bool ended = strcmp(query->said, "ended") == 0 && visit->ask.fetch_site == LBR_FETCH_SITE_SAME_ORIGIN;
	struct lbr_destination whom;
	char text[LBR_DESTINATION_TEXT];

	lbr_site_id(&keeper->key, visit->route.site->origin, whom.site);
	if (!take_browser(keeper, visit, whom.browser, tell))
		return LBR_HANDLED_NOW;
	lbr_destination_put(&whom, text);
	lbr_tell_go_with(portal_of(keeper, visit), "sign-in",
	                 query->again ? "again=1" : ended ? "said=ended" : "", text, query->back, tell);
	return LBR_HANDLED_NOW;
}

/* Once more from the beginning, by itself; a browser that comes back a second time is told what it takes. */
static enum lbr_handled tell_again(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	if (visit->ask.query.again) {
		lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_COOKIES, 0, tell);
		return LBR_HANDLED_NOW;
	}
	lbr_tell_go(visit->route.site, visit->ask.query.back[0] != '\0' ? "go?again=1&rd=" : "go?again=1", tell);
	memcpy(tell->go, visit->ask.query.back, sizeof(tell->go));
	return LBR_HANDLED_NOW;
}

/* The ticket leaves the table before anything is compared: whatever comes of that, it is used. */
static bool take_ticket(struct lbr_keeper *keeper, struct lbr_visit *visit)
{
	unsigned char bytes[LBR_TICKET_LEN], site[LBR_SITE_ID_LEN], browser[LBR_PORTAL_MAC_LEN], path[LBR_PORTAL_MAC_LEN];

	if (visit->entitled)
		return true;
	if (!lbr_base64url_get(visit->ask.query.ticket, bytes, sizeof(bytes)) ||
	    !lbr_ticket_take(&keeper->tickets, &keeper->key, keeper->now_ms, bytes, &visit->ticket))
		return false;
	lbr_site_id(&keeper->key, visit->route.site->origin, site);
	lbr_ticket_path(&keeper->key, visit->ask.query.back, path);
	visit->entitled = lbr_go_cookie_hash(&keeper->key, visit->ask.go_cookie, browser) &&
	                  lbr_ticket_is_for(&visit->ticket, site, browser, path);
	return visit->entitled;
}

/* The only way to a session at an application's host: in the family of the one at the portal. */
static enum lbr_error enter(struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_web_session *session,
                            struct lbr_page_tell *tell)
{
	const struct lbr_site *site = visit->route.site;
	enum lbr_error error;
	uint32_t index;

	lbr_site_id(&keeper->key, site->origin, session->site);
	memcpy(session->address, visit->ask.address, sizeof(session->address));
	if (lbr_session_end_of_browser(keeper, site, visit->ask.session, session->family))
		keeper->table.unsynced = true;
	error = lbr_session_begin_with_cookie(keeper, session, &index, tell->session);
	if (error == LBR_OK) {
		lbr_tell_session(site, tell);
		lbr_tell_go_back(site, visit->ask.query.back, tell);
	}
	lbr_log_session(keeper, error == LBR_OK ? "session began" : "no session began with a ticket", session);
	return error;
}

enum lbr_handled lbr_show_enter(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	enum lbr_session_answer answer = LBR_SESSION_DEAD;
	unsigned char portal[LBR_SITE_ID_LEN];
	struct lbr_web_session session;
	uint32_t index;

	if (visit->ask.method != LBR_METHOD_GET) {
		lbr_tell_fault(405, tell);
		return LBR_HANDLED_NOW;
	}
	lbr_site_id(&keeper->key, portal_of(keeper, visit)->origin, portal);
	if (take_ticket(keeper, visit))
		answer = lbr_session_find_hashed(&keeper->table.table, keeper->now_s, keeper->now_ms, visit->ticket.session, portal,
		                                 &index, &session);
	if (answer == LBR_SESSION_DEAD)
		return tell_again(keeper, visit, tell);
	if (answer == LBR_SESSION_RECHECK && !visit->rechecked)
		return lbr_recheck_visit(keeper, index, &session, visit) ? LBR_HANDLED_LATER : LBR_HANDLED_NOW;
	if (enter(keeper, visit, &session, tell) == LBR_ERR_ABSENT)
		return tell_again(keeper, visit, tell);
	return LBR_HANDLED_NOW;
}
