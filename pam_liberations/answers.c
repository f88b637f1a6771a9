/* Two prompts in two conversation calls, because applications answer several prompts of one call in different orders. What a
 * second answer means depends on `entry`:
 *
 *     second answer          auto            separate
 *     -------------          ----            --------
 *     something              two answers     two answers
 *     empty                  two answers     two answers      (a first sign-in, or a refusal; never split)
 *     equal to the first     one answer      two answers      (sshd's password method repeats itself)
 *     none                   one answer      broken off
 *     over-long              unreadable        unreadable
 */
#include "answers.h"

#include <stdbool.h>
#include <string.h>

#include <liberations/texts.h>

#include "conversation.h"
#include "greeting.h"
#include "request.h"

#define PROMPT_MAX 128

static void write_prompt(const struct lbr_call *call, enum lbr_text text, char prompt[PROMPT_MAX])
{
	lbr_settings_prompt(&call->settings, text, call->options.language, call->options.messages == LBR_MESSAGES_ASCII, prompt,
	                    PROMPT_MAX);
}

static enum lbr_asked ask(struct lbr_call *call, enum lbr_text text, struct lbr_secret *ret)
{
	char prompt[PROMPT_MAX];

	write_prompt(call, text, prompt);
	return lbr_conversation_ask(call, false, prompt, ret);
}

/* Over-long answers go to the agent empty and marked, so that they cost what any other answer costs. */
static void mark_unreadable(struct lbr_request *request)
{
	lbr_secret_wipe(&request->password);
	lbr_secret_wipe(&request->code);
	request->one_answer = false;
	request->unreadable = true;
}

static enum lbr_status settle(struct lbr_call *call, enum lbr_asked asked)
{
	if (asked == LBR_ASKED_NOTHING)
		return LBR_STATUS_CONVERSATION;
	if (asked == LBR_ASKED_TOO_LONG)
		mark_unreadable(&call->request);
	return LBR_STATUS_ALLOW;
}

/* The password that an earlier module asked for, if the arguments say to use it. */
static enum lbr_asked first_pass(struct lbr_call *call, struct lbr_secret *ret)
{
	const void *item = NULL;

	if (!call->options.use_first_pass && !call->options.try_first_pass)
		return LBR_ASKED_NOTHING;
	if (pam_get_item(call->pamh, PAM_AUTHTOK, &item) != PAM_SUCCESS || item == NULL)
		return LBR_ASKED_NOTHING;
	if (lbr_secret_set(ret, item, strlen(item)) != LBR_OK)
		return LBR_ASKED_TOO_LONG;
	return LBR_ASKED_GIVEN;
}

static enum lbr_status collect_first(struct lbr_call *call, enum lbr_text prompt)
{
	struct lbr_secret *password = &call->request.password;
	enum lbr_asked asked = first_pass(call, password);

	if (asked == LBR_ASKED_NOTHING && call->options.use_first_pass)
		return LBR_STATUS_DENY;
	if (asked == LBR_ASKED_NOTHING)
		asked = ask(call, prompt, password);
	return settle(call, asked);
}

static enum lbr_status collect_second(struct lbr_call *call)
{
	struct lbr_request *request = &call->request;
	bool may_split = call->options.entry == LBR_ENTRY_AUTO && !request->unreadable;
	enum lbr_asked asked = ask(call, LBR_TEXT_PROMPT_TOKEN, &request->code);

	if (may_split && asked == LBR_ASKED_NOTHING)
		request->one_answer = true;
	else if (may_split && request->code.len > 0 && lbr_secret_equal(&request->password, &request->code))
		request->one_answer = true;
	if (!request->one_answer && request->unreadable && asked != LBR_ASKED_NOTHING)
		asked = LBR_ASKED_TOO_LONG;
	if (!request->one_answer)
		return settle(call, asked);
	lbr_secret_wipe(&request->code);
	return LBR_STATUS_ALLOW;
}

/* An empty code, as the guide's second step says to give, gets a prompt for the temporary password. Every empty code does, so that
 * the prompt names nobody; unless the agent refuses such a service whatever is typed. */
static enum lbr_status collect_token(struct lbr_call *call)
{
	struct lbr_request *request = &call->request;
	enum lbr_status status = settle(call, ask(call, LBR_TEXT_PROMPT_TOKEN, &request->code));

	if (status != LBR_STATUS_ALLOW || request->unreadable || request->code.len > 0)
		return status;
	if (call->options.password_source != LBR_PASSWORD_FROM_STACK && !lbr_greeting_has_key(call))
		return status;
	return ask(call, LBR_TEXT_PROMPT_PASSWORD, &request->password) == LBR_ASKED_GIVEN ? LBR_STATUS_ALLOW
	                                                                               : LBR_STATUS_CONVERSATION;
}

enum lbr_status lbr_answers_collect(struct lbr_call *call)
{
	struct lbr_request *request = &call->request;
	enum lbr_status status;

	if (call->options.factors == LBR_FACTORS_TOKEN)
		return collect_token(call);
	if (call->options.factors == LBR_FACTORS_PASSWORD)
		return collect_first(call, LBR_TEXT_PROMPT_PASSWORD);
	if (call->options.entry == LBR_ENTRY_COMBINED) {
		status = collect_first(call, LBR_TEXT_PROMPT_COMBINED);
		request->one_answer = !request->unreadable;
		return status;
	}
	status = collect_first(call, LBR_TEXT_PROMPT_PASSWORD);
	return status == LBR_STATUS_ALLOW ? collect_second(call) : status;
}

enum lbr_status lbr_answers_collect_change(struct lbr_call *call)
{
	struct lbr_request *request = &call->request;
	char prompt[PROMPT_MAX];

	write_prompt(call, LBR_TEXT_PROMPT_OLD_PASSWORD, prompt);
	if (!lbr_request_ask(call, LBR_ASK_OLD_PASSWORD, false, prompt, &request->password))
		return LBR_STATUS_CONVERSATION;
	write_prompt(call, LBR_TEXT_PROMPT_TOKEN, prompt);
	if (!lbr_request_ask(call, LBR_ASK_CODE, false, prompt, &request->code))
		return LBR_STATUS_CONVERSATION;
	request->answered = true;
	return LBR_STATUS_ALLOW;
}
