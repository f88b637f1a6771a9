/* The pages of a dialogue: they show the question that is open, whatever was asked for. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

#include "own_session.h"
#include "application.h"
#include "talk.h"
#include "talk_told.h"

#define STEPS 3 /* phone, password, recovery codes */

/* The agent has the word: this page hears what becomes of the form that it judges, and so does each page that waits with it. The
 * visit may have waited for the agent: its page can be gone, and the place of that page another browser's. */
static enum lbr_handled wait_for(struct lbr_keeper *keeper, const struct lbr_visit *visit, const struct lbr_talk *talk)
{
	unsigned at;

	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++) {
		struct lbr_keeper_page *page = &keeper->pages[at];

		if (page->fd >= 0 && ((visit->form != LBR_FORM_NONE && page->form == visit->form) ||
		                      (at == visit->page && page->serial == visit->serial)))
			page->form = talk->form;
	}
	lbr_form_answers_drop(&keeper->forms, visit->form);
	return LBR_HANDLED_LATER;
}

/* What was stored before the dialogue ended: who has the form of the codes was shown them after that. */
static enum lbr_said said_of_gone(const struct lbr_keeper *keeper, const struct lbr_visit *visit)
{
	unsigned char browser[LBR_PORTAL_MAC_LEN];
	const struct lbr_last_try *last;

	lbr_form_cookie_browser(&keeper->key, visit->ask.form_cookie, browser);
	last = lbr_last_tries_find(&keeper->last_tries, browser, keeper->now_ms);
	if (last != NULL && lbr_said_is_stored(last->said))
		return last->said;
	return visit->route.place == LBR_PLACE_CODES && visit->route.kind == LBR_ROUTE_FORM ? LBR_SAID_SET_UP : LBR_SAID_LATE;
}

/* There is no dialogue, or none any more. A form of one is told why: its number proves that this browser was shown the page. */
static enum lbr_handled tell_gone(struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_last_try one = { .place = LBR_PLACE_SIGN_IN, .said = said_of_gone(keeper, visit) };
	char leaf[32];

	lbr_form_cookie_browser(&keeper->key, visit->ask.form_cookie, one.browser);
	if (visit->route.kind == LBR_ROUTE_FORM)
		lbr_last_tries_note(&keeper->last_tries, &one, keeper->now_ms);
	(void)snprintf(leaf, sizeof(leaf), "sign-in?said=%s", lbr_said_word(one.said));
	lbr_tell_go(visit->route.site, leaf, tell);
	return LBR_HANDLED_NOW;
}

/* The dialogue of this browser at this site, or NULL. Its deadline is compared now. */
static struct lbr_talk *find_talk(struct lbr_keeper *keeper, const struct lbr_visit *visit)
{
	struct lbr_talk *talk = lbr_talk_of_cookie(keeper, visit->ask.form_cookie);

	if (talk == NULL || talk->site != visit->route.site)
		return NULL;
	lbr_talk_look_at_time(keeper, talk);
	return talk->used ? talk : NULL;
}

/* A change is its person's as long as that person is signed in here. */
static bool may_go_on(struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_talk *talk, struct lbr_page_tell *tell,
                      enum lbr_handled *ret_handled)
{
	struct lbr_web_session session;
	uint32_t index;

	if (talk->dialogue.flow == LBR_DIALOGUE_SIGN_IN)
		return true;
	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, ret_handled))
		return false;
	if (strcmp(session.user, talk->user) == 0 && talk->session[0] != '\0')
		return true;
	lbr_tell_go(visit->route.site, "account", tell);
	return false;
}

static void put_step(const struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	enum lbr_portal_place place = lbr_dialogue_place(&talk->dialogue);

	if (talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN || talk->dialogue.request != LBR_REQUEST_AUTHENTICATE)
		return;
	tell->step = place == LBR_PLACE_CODES ? 3 : place == LBR_PLACE_PASSWORD ? 2 : 1;
	tell->steps = STEPS;
}

static void put_question(const struct lbr_keeper *keeper, const struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	memcpy(tell->user, talk->user, sizeof(tell->user));
	memcpy(tell->uri, talk->question.uri, sizeof(tell->uri));
	memcpy(tell->key, talk->question.key, sizeof(tell->key));
	memcpy(tell->codes, talk->question.codes, sizeof(tell->codes));
	tell->code_count = talk->question.code_count;
	tell->tries_left = talk->question.tries_left;
	lbr_tell_for(keeper, talk->site, talk->destination, tell);
	lbr_talk_put_told(talk, tell);
	tell->rules = talk->steps.rules;
	put_step(talk, tell);
}

static enum lbr_page_kind kind_of(enum lbr_portal_place place)
{
	return place == LBR_PLACE_SET_UP ? LBR_PAGE_KIND_SET_UP : place == LBR_PLACE_TOKEN ? LBR_PAGE_KIND_TOKEN :
	       place == LBR_PLACE_CODES ? LBR_PAGE_KIND_CODES : LBR_PAGE_KIND_PASSWORD;
}

enum lbr_handled lbr_show_dialogue(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_talk *talk = find_talk(keeper, visit);
	enum lbr_portal_place place = talk != NULL ? lbr_dialogue_place(&talk->dialogue) : LBR_PLACE_NONE;
	enum lbr_handled handled;

	if (talk == NULL)
		return tell_gone(keeper, visit, tell);
	if (!may_go_on(keeper, visit, talk, tell, &handled))
		return handled;
	if (place == LBR_PLACE_NONE)
		return wait_for(keeper, visit, talk);
	if (place != visit->route.place) {
		lbr_tell_go(visit->route.site, lbr_place_leaf(place), tell);
		return LBR_HANDLED_NOW;
	}
	lbr_tell_page_of(keeper, visit, kind_of(place), talk->question.tag, tell);
	put_question(keeper, talk, tell);
	return LBR_HANDLED_NOW;
}

/* A form that answers another question than the open one is not passed on. */
enum lbr_handled lbr_take_dialogue(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_talk *talk = find_talk(keeper, visit);
	enum lbr_portal_place place = talk != NULL ? lbr_dialogue_place(&talk->dialogue) : LBR_PLACE_NONE;
	enum lbr_handled handled;

	if (talk == NULL)
		return tell_gone(keeper, visit, tell);
	if (!may_go_on(keeper, visit, talk, tell, &handled))
		return handled;
	if (place == LBR_PLACE_NONE)
		return wait_for(keeper, visit, talk);
	if (lbr_form_number_question(visit->ask.form.number) != talk->question.tag ||
	    (visit->route.place != place && visit->route.place != LBR_PLACE_MORE_TIME) ||
	    (place == LBR_PLACE_CODES && !visit->ask.form.noted)) {
		lbr_tell_go(visit->route.site, lbr_place_leaf(place), tell);
		return LBR_HANDLED_NOW;
	}
	lbr_talk_take_form(keeper, talk, visit);
	return LBR_HANDLED_LATER;
}
