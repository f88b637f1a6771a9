/* The three boxes. */
#include "handlers.h"

#include <string.h>

#include "application.h"
#include "own_session.h"
#include "talk.h"

/* The gate sends a browser here whose form met a session that had ended, and can note nothing for it. The browser itself says where
 * it comes from: a page of this site, or of the application's, in the same domain. */
static bool was_ended(const struct lbr_visit *visit, bool for_application)
{
	return lbr_said_of(visit->ask.query.said) == LBR_SAID_ENDED &&
	       (visit->ask.fetch_site == LBR_FETCH_SITE_SAME_ORIGIN ||
	        (for_application && visit->ask.fetch_site == LBR_FETCH_SITE_SAME_SITE));
}

void lbr_put_last_try(const struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	enum lbr_said said = lbr_said_of(visit->ask.query.said);
	unsigned char browser[LBR_PORTAL_MAC_LEN];
	const struct lbr_last_try *last;

	if (said == LBR_SAID_NOTHING || !visit->route.has_cookie)
		return;
	lbr_form_cookie_browser(&keeper->key, visit->ask.form_cookie, browser);
	last = lbr_last_tries_find(&keeper->last_tries, browser, keeper->now_ms);
	if (last == NULL || last->said != said || last->place != visit->route.place)
		return;
	tell->said = said;
	memcpy(tell->user, last->user, sizeof(tell->user));
	if (last->language != tell->language || last->text[0] == '\0')
		return;
	memcpy(tell->says[0], last->text, sizeof(last->text));
	tell->say_errors[0] = true;
	tell->say_count = 1;
}

enum lbr_handled lbr_show_sign_in(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_site *application = lbr_application_of(keeper, visit->route.site, visit->ask.query.destination);
	bool ended = was_ended(visit, application != NULL);
	struct lbr_web_session session;
	enum lbr_own_session own;
	uint32_t index;

	own = lbr_own_session(keeper, visit, &index, &session);
	if (own == LBR_OWN_LATER)
		return LBR_HANDLED_LATER;
	if (own == LBR_OWN_LIVE && application != NULL && !ended) {
		lbr_tell_ticket(keeper, visit, index, application, tell);
		return LBR_HANDLED_NOW;
	}
	if (own == LBR_OWN_LIVE) {
		lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_ALREADY, 0, tell);
		memcpy(tell->user, session.user, sizeof(tell->user));
		tell->said = application != NULL ? LBR_SAID_ENDED : LBR_SAID_NOTHING;
		return LBR_HANDLED_NOW;
	}
	lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_SIGN_IN, 0, tell);
	tell->said = ended ? LBR_SAID_ENDED : LBR_SAID_NOTHING;
	tell->with_recovery = visit->ask.query.with_recovery;
	lbr_put_last_try(keeper, visit, tell);
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_take_continue(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	(void)keeper;
	lbr_tell_go_on(visit->route.site, visit->ask.form.destination, visit->ask.form.back, tell);
	return LBR_HANDLED_NOW;
}

/* All three boxes at once: who is refused never knew what the agent might ask. */
enum lbr_handled lbr_take_sign_in(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_request request = { .kind = LBR_REQUEST_AUTHENTICATE, .answered = true };
	const struct lbr_form *form = &visit->ask.form;
	enum lbr_handled handled;

	memcpy(request.user, form->user, sizeof(form->user));
	request.unreadable = form->unreadable;
	request.password = form->password;
	request.code = form->token;
	handled = lbr_talk_begin(keeper, visit, LBR_DIALOGUE_SIGN_IN, &request, NULL, NULL, tell);
	lbr_wipe(&request, sizeof(request));
	return handled;
}
