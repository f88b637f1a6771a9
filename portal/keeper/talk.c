/* A talk goes on. */
#include "talk.h"

#include <stddef.h>
#include <string.h>

#include <liberations/random.h>

#include "end_talk.h"
#include "keeper_log.h"
#include "talk_told.h"
#include "tell_page.h"

static enum lbr_error send_answer(struct lbr_talk *talk, struct lbr_secret *text, bool later)
{
	struct lbr_answer answer = { .given = !later, .later = later };
	enum lbr_error error;

	if (!later)
		answer.text = *text;
	error = lbr_steps_answer(&talk->steps, &answer);
	lbr_wipe(&answer, sizeof(answer));
	lbr_secret_wipe(text);
	return error;
}

static enum lbr_error send_request(struct lbr_talk *talk, enum lbr_request_kind kind)
{
	struct lbr_request request = { .kind = kind, .only_expired = kind == LBR_REQUEST_CHANGE };
	enum lbr_error error;

	memcpy(request.user, talk->user, sizeof(talk->user));
	error = lbr_steps_request(&talk->steps, &request);
	lbr_wipe(&request, sizeof(request));
	return error;
}

static enum lbr_error do_to_agent(struct lbr_talk *talk, enum lbr_dialogue_action action)
{
	struct lbr_secret nothing = { .len = 0 };

	switch (action) {
	case LBR_DO_ANSWER: return send_answer(talk, &talk->new, false);
	case LBR_DO_ANSWER_AGAIN: return send_answer(talk, &talk->again, false);
	case LBR_DO_ACKNOWLEDGE: return send_answer(talk, &nothing, false);
	case LBR_DO_MORE_TIME: return send_answer(talk, &nothing, true);
	case LBR_DO_ASK_ACCOUNT: return send_request(talk, LBR_REQUEST_ACCOUNT);
	case LBR_DO_CHANGE_EXPIRED: return send_request(talk, LBR_REQUEST_CHANGE);
	default: return LBR_OK;
	}
}

/* The first page of a dialogue: the browser gets a form cookie that only it knows. */
static bool open_talk(struct lbr_keeper *keeper, struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	unsigned char random[LBR_FORM_COOKIE_RANDOM];
	char fresh[LBR_FORM_COOKIE_TEXT];

	if (lbr_random(random, sizeof(random)) != LBR_OK || !lbr_talk_may_open(keeper, talk))
		return false;
	lbr_form_cookie_renew(&keeper->key, talk->form_cookie, random, fresh);
	lbr_form_cookie_hash(&keeper->key, fresh, talk->cookie);
	memcpy(tell->form_cookie, fresh, sizeof(fresh));
	lbr_wipe(random, sizeof(random));
	lbr_wipe(fresh, sizeof(fresh));
	talk->opened = true;
	return true;
}

/* Who was shown a page, or is in, had something right. */
static void finish(struct lbr_keeper *keeper, struct lbr_talk *talk, const struct lbr_page_tell *tell)
{
	bool earned = talk->opened || tell->set_session == LBR_TELL_COOKIE_SET;
	unsigned form = talk->form;

	lbr_talk_free(talk);
	lbr_tell_judged_form(keeper, form, earned, tell);
}

/* The page of the open question: each page that waits for an answer is sent there. */
static void show(struct lbr_keeper *keeper, struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	unsigned form = talk->form;

	lbr_secret_wipe(&talk->new); /* a box that was not asked for belongs to the question before */
	lbr_secret_wipe(&talk->again);
	if (lbr_talk_is_superseded(keeper, talk)) {
		lbr_tell_end(keeper, talk, LBR_DO_SAY_LATE, NULL, tell);
		finish(keeper, talk, tell);
	} else if (!talk->opened && !open_talk(keeper, talk, tell)) {
		finish(keeper, talk, tell);
	} else {
		talk->form = LBR_FORM_NONE;
		lbr_tell_go(talk->site, lbr_place_leaf(lbr_dialogue_place(&talk->dialogue)), tell);
		lbr_tell_judged_form(keeper, form, true, tell);
	}
}

static void step(struct lbr_keeper *keeper, struct lbr_talk *talk, struct lbr_dialogue_input input,
                 const struct lbr_account_facts *facts)
{
	struct lbr_page_tell tell = { .kind = LBR_TELL_FAULT };
	enum lbr_dialogue_action action;

	input.now_ms = keeper->now_ms;
	action = lbr_dialogue_step(&talk->dialogue, &input);
	if (do_to_agent(talk, action) != LBR_OK) {
		input.event = LBR_EVENT_UNHEARD;
		action = lbr_dialogue_step(&talk->dialogue, &input);
	}
	lbr_tell_dress(keeper, talk->site, talk->language, &tell);
	if (talk->dialogue.state == LBR_DIALOGUE_OVER && action != LBR_DO_NOTHING) {
		lbr_tell_end(keeper, talk, action, facts, &tell);
		finish(keeper, talk, &tell);
	} else if (action == LBR_DO_SHOW || action == LBR_DO_MORE_TIME) {
		show(keeper, talk, &tell);
	}
	lbr_wipe(&tell, sizeof(tell));
}

/* False: nothing more is to be heard now. */
static bool take_heard(struct lbr_keeper *keeper, struct lbr_talk *talk, const struct lbr_heard *heard)
{
	struct lbr_dialogue_input input = { .event = LBR_EVENT_ASKED };
	const struct lbr_account_facts *facts = NULL;

	lbr_keeper_log_agent_back();
	if (heard->type == LBR_FRAME_SAY) {
		lbr_talk_note_say(talk, &heard->say);
		return true;
	}
	if (heard->type == LBR_FRAME_ASK) {
		input.purpose = heard->ask.purpose;
		input.has_uri = heard->ask.uri[0] != '\0';
		if (lbr_talk_note_ask(talk, &heard->ask) != LBR_OK)
			input.event = LBR_EVENT_GONE;
	} else {
		input.event = LBR_EVENT_REPLIED;
		input.status = heard->reply.status;
		facts = heard->reply.has_facts ? &heard->reply.facts : NULL;
	}
	step(keeper, talk, input, facts);
	return talk->used;
}

void lbr_talk_hear(struct lbr_keeper *keeper, struct lbr_talk *talk)
{
	bool more = true, greeted = talk->steps.greeted;
	struct lbr_heard heard;
	enum lbr_error error;

	while (more) {
		error = lbr_steps_next(&talk->steps, &heard);
		if (!greeted && talk->steps.greeted)
			keeper->rules = talk->steps.rules;
		greeted = talk->steps.greeted;
		more = error == LBR_OK && take_heard(keeper, talk, &heard);
		lbr_wipe(&heard, sizeof(heard));
		if (error == LBR_OK || error == LBR_ERR_BUSY)
			continue;
		if (!talk->steps.greeted)
			lbr_keeper_log_agent_lost("it does not speak as this portal does: install the agent and the portal of one "
			                          "release; its own log says more");
		step(keeper, talk, (struct lbr_dialogue_input){ .event = LBR_EVENT_GONE }, NULL);
	}
}

void lbr_talk_look_at_time(struct lbr_keeper *keeper, struct lbr_talk *talk)
{
	if (talk->used && keeper->now_ms >= talk->dialogue.until_ms)
		step(keeper, talk, (struct lbr_dialogue_input){ .event = LBR_EVENT_TIME }, NULL);
}

void lbr_talk_take_form(struct lbr_keeper *keeper, struct lbr_talk *talk, struct lbr_visit *visit)
{
	bool more_time = visit->route.place == LBR_PLACE_MORE_TIME;
	struct lbr_dialogue_input input = {
		.event = more_time ? LBR_EVENT_MORE_TIME : LBR_EVENT_SENT, .place = visit->route.place,
	};
	const struct lbr_form *form = &visit->ask.form;

	talk->form = visit->form;
	memcpy(talk->session, visit->ask.session, sizeof(talk->session));
	if (!more_time) {
		talk->new = visit->route.place == LBR_PLACE_PASSWORD ? form->new : form->token;
		talk->again = form->again;
		lbr_talk_forget_told(talk);
	}
	step(keeper, talk, input, NULL);
}
