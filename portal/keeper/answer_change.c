/* What a person who is signed in changes: the password, the phone. Both ask for both parts again. */
#include "handlers.h"

#include <string.h>

#include "own_session.h"
#include "talk.h"

static enum lbr_handled show(struct lbr_keeper *keeper, struct lbr_visit *visit, enum lbr_page_kind kind,
                             struct lbr_page_tell *tell)
{
	struct lbr_web_session session;
	enum lbr_handled handled;
	uint32_t index;

	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, &handled))
		return handled;
	lbr_tell_page_of(keeper, visit, kind, 0, tell);
	lbr_put_last_try(keeper, visit, tell);
	memcpy(tell->user, session.user, sizeof(tell->user));
	tell->rules = keeper->rules;
	return LBR_HANDLED_NOW;
}

enum lbr_handled lbr_show_change(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	return show(keeper, visit, LBR_PAGE_KIND_CHANGE, tell);
}

enum lbr_handled lbr_show_phone(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	return show(keeper, visit, LBR_PAGE_KIND_PHONE, tell);
}

/* The name is the session's; what a form says of it is not read. */
static enum lbr_handled begin(struct lbr_keeper *keeper, struct lbr_visit *visit, enum lbr_dialogue_flow flow,
                              struct lbr_request *request, struct lbr_page_tell *tell)
{
	const struct lbr_form *form = &visit->ask.form;
	bool change = flow == LBR_DIALOGUE_CHANGE;
	struct lbr_web_session session;
	enum lbr_handled handled;
	uint32_t index;

	if (!lbr_own_session_or_sign_in(keeper, visit, &index, &session, tell, &handled))
		return handled;
	memcpy(request->user, session.user, sizeof(session.user));
	request->answered = true;
	request->unreadable = form->unreadable;
	request->code = form->token;
	return lbr_talk_begin(keeper, visit, flow, request, change ? &form->new : NULL, change ? &form->again : NULL, tell);
}

enum lbr_handled lbr_take_change(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_request request = { .kind = LBR_REQUEST_CHANGE, .password = visit->ask.form.old };
	enum lbr_handled handled = begin(keeper, visit, LBR_DIALOGUE_CHANGE, &request, tell);

	lbr_wipe(&request, sizeof(request));
	return handled;
}

enum lbr_handled lbr_take_phone(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	struct lbr_request request = { .kind = LBR_REQUEST_REPLACE_TOKEN, .password = visit->ask.form.password };
	enum lbr_handled handled = begin(keeper, visit, LBR_DIALOGUE_PHONE, &request, tell);

	lbr_wipe(&request, sizeof(request));
	return handled;
}
