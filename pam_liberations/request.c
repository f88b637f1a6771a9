/* Questions are answered from PAM's items where the arguments say so, else by the person. */
#include "request.h"

#include <security/pam_ext.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include <liberations/texts.h>

#include "conversation.h"
#include "link.h"

/* Answers with a secret that PAM already holds. */
static bool answer_from_item(struct lbr_call *call, int type, struct lbr_secret *ret)
{
	const void *item = NULL;

	if (pam_get_item(call->pamh, type, &item) != PAM_SUCCESS || item == NULL)
		return false;
	return lbr_secret_set(ret, item, strlen(item)) == LBR_OK;
}

/* use_authtok, and only once: a repeated question means a refusal, and PAM still holds the same password. */
static bool take_authtok(struct lbr_call *call, struct lbr_secret *ret)
{
	bool first = !call->authtok_taken;

	call->authtok_taken = true;
	return first && answer_from_item(call, PAM_AUTHTOK, ret);
}

static bool answer_from_pam(struct lbr_call *call, enum lbr_ask_purpose purpose, struct lbr_secret *ret)
{
	const struct lbr_module_options *options = &call->options;

	if (!call->changing)
		return false;
	switch (purpose) {
	case LBR_ASK_NEW_PASSWORD:
		return options->use_authtok && take_authtok(call, ret);
	case LBR_ASK_NEW_PASSWORD_AGAIN:
		return options->use_authtok && answer_from_item(call, PAM_AUTHTOK, ret);
	case LBR_ASK_OLD_PASSWORD:
		return (options->use_first_pass || options->try_first_pass) && answer_from_item(call, PAM_OLDAUTHTOK, ret);
	default:
		return false;
	}
}

static bool may_ask_person(const struct lbr_call *call, enum lbr_ask_purpose purpose)
{
	if (!call->changing)
		return true;
	switch (purpose) {
	case LBR_ASK_NEW_PASSWORD:
	case LBR_ASK_NEW_PASSWORD_AGAIN:
		return !call->options.use_authtok;
	case LBR_ASK_OLD_PASSWORD:
		return !call->options.use_first_pass;
	default:
		return true;
	}
}

/* Kept for later modules, in case the change succeeds. */
static void keep_answer(struct lbr_call *call, enum lbr_ask_purpose purpose, const struct lbr_secret *answer)
{
	if (purpose == LBR_ASK_OLD_PASSWORD)
		call->old_password = *answer;
	else if (purpose == LBR_ASK_NEW_PASSWORD)
		call->new_password = *answer;
}

bool lbr_request_ask(struct lbr_call *call, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret)
{
	bool given = answer_from_pam(call, purpose, ret);

	if (!given && may_ask_person(call, purpose))
		given = lbr_conversation_ask(call, echo, text, ret) == LBR_ASKED_GIVEN;
	keep_answer(call, purpose, ret);
	return given;
}

static bool ask(void *context, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret)
{
	return lbr_request_ask(context, purpose, echo, text, ret);
}

static void say(void *context, bool error, const char *text)
{
	lbr_conversation_say(context, error, text);
}

/* Once a new password was given, its person must hear that its fate is unknown; before that nothing was changed. */
static void tell_loss(struct lbr_call *call)
{
	if (call->new_password.len > 0)
		lbr_conversation_say(call, true, lbr_prompt(LBR_TEXT_NOT_KNOWN, call->options.language));
	else if (call->changing)
		lbr_call_tell_outage(call);
}

enum lbr_status lbr_request_run(struct lbr_call *call)
{
	const struct lbr_client_callbacks callbacks = {.ask = ask, .say = say, .context = call};
	enum lbr_error error;

	memcpy(call->request.user, call->user, sizeof(call->request.user));
	call->request.silent = call->silent;
	error = lbr_client_request(&call->link->client, &call->request, &callbacks, &call->reply);
	if (error == LBR_OK)
		return call->reply.status;
	pam_syslog(call->pamh, LOG_ERR, "the agent %s; refused",
	           error == LBR_ERR_BUSY ? "stopped responding" :
	           error == LBR_ERR_ABSENT ? "closed the connection" : "violated the protocol");
	lbr_link_break(call->link);
	tell_loss(call);
	return LBR_STATUS_UNAVAILABLE;
}
