/* One dialogue over many requests. */
#include "dialogue_step.h"

void lbr_dialogue_begin(struct lbr_dialogue *dialogue, enum lbr_dialogue_flow flow, int64_t now_ms)
{
	*dialogue = (struct lbr_dialogue){ .flow = flow, .state = LBR_DIALOGUE_JUDGED, .until_ms = now_ms + LBR_DIALOGUE_AGENT_MS };
	dialogue->request = flow == LBR_DIALOGUE_SIGN_IN ? LBR_REQUEST_AUTHENTICATE :
	                    flow == LBR_DIALOGUE_CHANGE  ? LBR_REQUEST_CHANGE : LBR_REQUEST_REPLACE_TOKEN;
}

enum lbr_portal_place lbr_dialogue_place(const struct lbr_dialogue *dialogue)
{
	switch (dialogue->state) {
	case LBR_DIALOGUE_SET_UP: return LBR_PLACE_SET_UP;
	case LBR_DIALOGUE_TOKEN: return LBR_PLACE_TOKEN;
	case LBR_DIALOGUE_PASSWORD: return LBR_PLACE_PASSWORD;
	case LBR_DIALOGUE_CODES: return LBR_PLACE_CODES;
	case LBR_DIALOGUE_OVER:
	case LBR_DIALOGUE_JUDGED: break;
	}
	return LBR_PLACE_NONE;
}

enum lbr_dialogue_stored lbr_dialogue_stored(const struct lbr_dialogue *dialogue)
{
	if (!dialogue->stored)
		return LBR_STORED_NOTHING;
	if (dialogue->flow == LBR_DIALOGUE_PHONE)
		return LBR_STORED_TOKEN;
	return dialogue->flow == LBR_DIALOGUE_CHANGE || dialogue->changed ? LBR_STORED_PASSWORD : LBR_STORED_ACCOUNT;
}

static bool is_persons(const struct lbr_dialogue *dialogue)
{
	return lbr_dialogue_place(dialogue) != LBR_PLACE_NONE;
}

/* What is stored is certain: its person never hears that it may be so, or that the old one still serves. */
static enum lbr_dialogue_action end(struct lbr_dialogue *dialogue, enum lbr_dialogue_action action)
{
	bool unsure = action == LBR_DO_SAY_BUSY || action == LBR_DO_SAY_LATE || action == LBR_DO_SAY_PERHAPS;

	dialogue->state = LBR_DIALOGUE_OVER;
	dialogue->again = false;
	return dialogue->stored && unsure ? LBR_DO_SAY_STORED : action;
}

/* The person has the word. */
static enum lbr_dialogue_action open_page(struct lbr_dialogue *dialogue, enum lbr_dialogue_state state, int64_t now_ms)
{
	dialogue->state = state;
	dialogue->again = false;
	dialogue->shown = true;
	dialogue->until_ms = now_ms + LBR_DIALOGUE_PERSON_MS;
	return LBR_DO_SHOW;
}

/* The agent has the word. */
static enum lbr_dialogue_action hand_over(struct lbr_dialogue *dialogue, enum lbr_dialogue_action action, int64_t now_ms)
{
	dialogue->state = LBR_DIALOGUE_JUDGED;
	dialogue->until_ms = now_ms + LBR_DIALOGUE_AGENT_MS;
	return action;
}

static enum lbr_dialogue_action open_request(struct lbr_dialogue *dialogue, enum lbr_request_kind request,
                                             enum lbr_dialogue_action action, int64_t now_ms)
{
	dialogue->request = request;
	return hand_over(dialogue, action, now_ms);
}

/* What the agent may ask within which request; old passwords and codes were sent with it. */
static enum lbr_dialogue_action take_question(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input)
{
	bool new_password = dialogue->request == LBR_REQUEST_AUTHENTICATE || dialogue->request == LBR_REQUEST_CHANGE;
	bool new_token = dialogue->request == LBR_REQUEST_AUTHENTICATE || dialogue->request == LBR_REQUEST_REPLACE_TOKEN;

	if (dialogue->state != LBR_DIALOGUE_JUDGED)
		return end(dialogue, LBR_DO_SAY_BUSY);
	if (dialogue->again && input->purpose == LBR_ASK_NEW_PASSWORD_AGAIN) {
		dialogue->again = false;
		return hand_over(dialogue, LBR_DO_ANSWER_AGAIN, input->now_ms);
	}
	if (input->purpose == LBR_ASK_CODE && new_token)
		return open_page(dialogue, input->has_uri ? LBR_DIALOGUE_SET_UP : LBR_DIALOGUE_TOKEN, input->now_ms);
	if (input->purpose == LBR_ASK_NEW_PASSWORD && new_password && dialogue->typed) {
		dialogue->typed = false;
		dialogue->again = true;
		return hand_over(dialogue, LBR_DO_ANSWER, input->now_ms);
	}
	if (input->purpose == LBR_ASK_NEW_PASSWORD && new_password)
		return open_page(dialogue, LBR_DIALOGUE_PASSWORD, input->now_ms);
	if (input->purpose == LBR_ASK_ACKNOWLEDGE && new_password) {
		dialogue->stored = true; /* the codes come after the commit */
		return open_page(dialogue, LBR_DIALOGUE_CODES, input->now_ms);
	}
	return end(dialogue, LBR_DO_SAY_BUSY);
}

static enum lbr_dialogue_action refuse(struct lbr_dialogue *dialogue, enum lbr_status status)
{
	if (status == LBR_STATUS_UNAVAILABLE || status == LBR_STATUS_PERHAPS || status == LBR_STATUS_ASK_FIRST)
		return end(dialogue, LBR_DO_SAY_BUSY);
	if (status == LBR_STATUS_CONVERSATION)
		return end(dialogue, LBR_DO_SAY_LATE);
	return end(dialogue, dialogue->shown && dialogue->request != LBR_REQUEST_ACCOUNT ? LBR_DO_SAY_OVER : LBR_DO_SAY_NO);
}

/* The only way to a session. */
static enum lbr_dialogue_action take_account(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input)
{
	if (dialogue->flow != LBR_DIALOGUE_SIGN_IN || !dialogue->allowed)
		return end(dialogue, LBR_DO_SAY_BUSY);
	if (input->status == LBR_STATUS_DISABLED)
		return end(dialogue, LBR_DO_SAY_DISABLED);
	if (input->status == LBR_STATUS_EXPIRED && !dialogue->changed)
		return open_request(dialogue, LBR_REQUEST_CHANGE, LBR_DO_CHANGE_EXPIRED, input->now_ms);
	if (input->status != LBR_STATUS_ALLOW)
		return refuse(dialogue, input->status);
	return end(dialogue, LBR_DO_BEGIN_SESSION);
}

static enum lbr_dialogue_action take_reply(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input)
{
	if (dialogue->state != LBR_DIALOGUE_JUDGED)
		return end(dialogue, LBR_DO_SAY_BUSY);
	if (dialogue->request == LBR_REQUEST_ACCOUNT)
		return take_account(dialogue, input);
	if (input->status != LBR_STATUS_ALLOW)
		return refuse(dialogue, input->status);
	dialogue->stored |= dialogue->request != LBR_REQUEST_AUTHENTICATE || dialogue->judges == LBR_DIALOGUE_PASSWORD;
	if (dialogue->flow == LBR_DIALOGUE_CHANGE)
		return end(dialogue, LBR_DO_TELL_CHANGED);
	if (dialogue->flow == LBR_DIALOGUE_PHONE)
		return end(dialogue, LBR_DO_TELL_REPLACED);
	if (dialogue->request == LBR_REQUEST_AUTHENTICATE)
		dialogue->allowed = true;
	else
		dialogue->changed = true;
	return open_request(dialogue, LBR_REQUEST_ACCOUNT, LBR_DO_ASK_ACCOUNT, input->now_ms);
}

/* A form of another page than the open one is stale: it is not passed on. */
static enum lbr_dialogue_action take_form(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input)
{
	if (!is_persons(dialogue))
		return LBR_DO_NOTHING;
	if (input->place != lbr_dialogue_place(dialogue))
		return LBR_DO_SHOW;
	dialogue->judges = dialogue->state;
	if (dialogue->state == LBR_DIALOGUE_CODES)
		return hand_over(dialogue, LBR_DO_ACKNOWLEDGE, input->now_ms);
	dialogue->again = dialogue->state == LBR_DIALOGUE_PASSWORD;
	return hand_over(dialogue, LBR_DO_ANSWER, input->now_ms);
}

static enum lbr_dialogue_action give_time(struct lbr_dialogue *dialogue, int64_t now_ms)
{
	if (!is_persons(dialogue))
		return LBR_DO_NOTHING;
	if (dialogue->later >= LBR_DIALOGUE_LATER_MAX)
		return LBR_DO_SHOW;
	dialogue->later++;
	dialogue->until_ms = now_ms + LBR_DIALOGUE_PERSON_MS;
	return LBR_DO_MORE_TIME;
}

/* The agent is gone, or nobody answered in time. It stores nothing before it has the new password twice: until then a person may
 * start again as before. */
static enum lbr_dialogue_action break_off(struct lbr_dialogue *dialogue, bool unheard)
{
	enum lbr_dialogue_state page = is_persons(dialogue) ? dialogue->state : dialogue->judges;
	bool has_password = page == LBR_DIALOGUE_PASSWORD && dialogue->state == LBR_DIALOGUE_JUDGED && !unheard;

	if (page == LBR_DIALOGUE_OVER || page == LBR_DIALOGUE_CODES)
		return end(dialogue, LBR_DO_SAY_BUSY);
	return end(dialogue, has_password ? LBR_DO_SAY_PERHAPS : LBR_DO_SAY_LATE);
}

/* Deadlines are compared at each step, of either side. */
enum lbr_dialogue_action lbr_dialogue_step(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input)
{
	if (dialogue->state == LBR_DIALOGUE_OVER)
		return LBR_DO_NOTHING;
	if (input->event == LBR_EVENT_GONE || input->event == LBR_EVENT_UNHEARD || input->now_ms >= dialogue->until_ms)
		return break_off(dialogue, input->event == LBR_EVENT_UNHEARD);
	switch (input->event) {
	case LBR_EVENT_ASKED: return take_question(dialogue, input);
	case LBR_EVENT_REPLIED: return take_reply(dialogue, input);
	case LBR_EVENT_SENT: return take_form(dialogue, input);
	case LBR_EVENT_MORE_TIME: return give_time(dialogue, input->now_ms);
	case LBR_EVENT_GONE:
	case LBR_EVENT_UNHEARD:
	case LBR_EVENT_TIME: break;
	}
	return LBR_DO_NOTHING;
}
