#include "dialogue.h"

#include <security/pam_ext.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "conversation.h"
#include "link.h"

#define FRAMES_MAX 128 /* texts and questions of one request; an agent that sends more is not ours */

static enum lbr_error send_frame(struct lbr_call *call)
{
	enum lbr_error error = lbr_frame_send(call->link->fd, &call->frame, LBR_MACHINE_WAIT_MS);

	lbr_frame_wipe(&call->frame);
	return error;
}

/* A secret that PAM holds already. */
static bool answer_from_item(struct lbr_call *call, int type)
{
	const void *item = NULL;

	if (pam_get_item(call->pamh, type, &item) != PAM_SUCCESS || item == NULL)
		return false;
	return lbr_secret_set(&call->answer.text, item, strlen(item)) == LBR_OK;
}

static bool ask_person(struct lbr_call *call)
{
	return lbr_conversation_ask(call, call->ask.echo, call->ask.text, &call->answer.text) == LBR_ASKED_GIVEN;
}

/* use_authtok. Once: whoever is asked again was refused, and PAM holds nothing but the same. */
static bool take_authtok(struct lbr_call *call)
{
	bool first = !call->authtok_taken;

	call->authtok_taken = true;
	return first && answer_from_item(call, PAM_AUTHTOK);
}

static bool find_answer(struct lbr_call *call)
{
	const struct lbr_module_options *options = &call->options;

	switch (call->ask.purpose) {
	case LBR_ASK_NEW_PASSWORD:
		if (call->changing && options->use_authtok)
			return take_authtok(call);
		return ask_person(call);
	case LBR_ASK_NEW_PASSWORD_AGAIN:
		if (call->changing && options->use_authtok)
			return answer_from_item(call, PAM_AUTHTOK);
		return ask_person(call);
	case LBR_ASK_OLD_PASSWORD:
		if (call->changing && (options->use_first_pass || options->try_first_pass) &&
		    answer_from_item(call, PAM_OLDAUTHTOK))
			return true;
		return !(call->changing && options->use_first_pass) && ask_person(call);
	default:
		return ask_person(call);
	}
}

/* Kept for the modules behind us, should the change succeed. */
static void keep_answer(struct lbr_call *call)
{
	if (call->ask.purpose == LBR_ASK_OLD_PASSWORD)
		call->old_password = call->answer.text;
	else if (call->ask.purpose == LBR_ASK_NEW_PASSWORD)
		call->new_password = call->answer.text;
}

static enum lbr_error serve_ask(struct lbr_call *call)
{
	enum lbr_error error = lbr_wire_get_ask(&call->frame, &call->ask);

	lbr_frame_wipe(&call->frame); /* a prompt may show the token's key */
	if (error != LBR_OK)
		return error;
	lbr_secret_wipe(&call->answer.text);
	call->answer.given = find_answer(call);
	keep_answer(call);
	lbr_wipe(&call->ask, sizeof(call->ask));
	error = lbr_wire_put_answer(&call->frame, &call->answer);
	lbr_wipe(&call->answer, sizeof(call->answer));
	return error == LBR_OK ? send_frame(call) : error;
}

static enum lbr_error serve_say(struct lbr_call *call)
{
	enum lbr_error error = lbr_wire_get_say(&call->frame, &call->say);

	if (error == LBR_OK)
		lbr_conversation_say(call, call->say.error, call->say.text);
	lbr_wipe(&call->say, sizeof(call->say));
	return error;
}

static enum lbr_error take_reply(struct lbr_call *call)
{
	enum lbr_error error = lbr_wire_get_reply(&call->frame, &call->reply);

	if (error == LBR_OK && call->reply.serial != call->request.serial)
		error = LBR_ERR_SYNTAX;
	return error;
}

static enum lbr_error send_request(struct lbr_call *call)
{
	enum lbr_error error;

	call->request.serial = ++call->link->serial;
	memcpy(call->request.user, call->user, sizeof(call->request.user));
	call->request.silent = call->silent;
	error = lbr_wire_put_request(&call->frame, &call->request);
	return error == LBR_OK ? send_frame(call) : error;
}

static enum lbr_error serve_until_reply(struct lbr_call *call)
{
	enum lbr_error error = send_request(call);
	unsigned frames;

	for (frames = 0; error == LBR_OK && frames < FRAMES_MAX; frames++) {
		error = lbr_frame_receive(call->link->fd, &call->frame, LBR_MACHINE_WAIT_MS);
		if (error != LBR_OK)
			return error;
		switch (lbr_frame_type(&call->frame)) {
		case LBR_FRAME_SAY:
			error = serve_say(call);
			break;
		case LBR_FRAME_ASK:
			error = serve_ask(call);
			break;
		case LBR_FRAME_REPLY:
			return take_reply(call);
		default:
			error = LBR_ERR_SYNTAX;
		}
	}
	return error == LBR_OK ? LBR_ERR_RANGE : error;
}

enum lbr_status lbr_dialogue_run(struct lbr_call *call)
{
	enum lbr_error error = serve_until_reply(call);

	if (error == LBR_OK)
		return call->reply.status;
	lbr_wipe(&call->reply, sizeof(call->reply));
	pam_syslog(call->pamh, LOG_ERR, "the agent %s; refused",
	           error == LBR_ERR_BUSY ? "fell silent" : error == LBR_ERR_ABSENT ? "went away" : "broke the protocol");
	lbr_link_break(call->link);
	return LBR_STATUS_UNAVAILABLE;
}
