/* The codec of the dialogue: each kind of frame is described once, by a function that writes it or reads it. Fields come
 * in one fixed order, so a duplicate, missing, unknown or overlong one is refused without further rules. */
#include <liberations/wire.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "frame_codec.h"

/* --- the frames, field by field ------------------------------------------------------------------------------------------ */

static void code_hello(struct lbr_coder *coder, void *message)
{
	struct lbr_hello *hello = message;

	lbr_field_number(coder, &hello->version, 255);
	hello->factors = (enum lbr_factors)lbr_field_choice(coder, hello->factors, LBR_FACTORS_PASSWORD);
	hello->entry = (enum lbr_entry)lbr_field_choice(coder, hello->entry, LBR_ENTRY_COMBINED);
	hello->password_source = (enum lbr_password_source)lbr_field_choice(coder, hello->password_source, LBR_PASSWORD_FROM_STACK);
	hello->unknown = (enum lbr_unknown)lbr_field_choice(coder, hello->unknown, LBR_UNKNOWN_IGNORE);
	hello->expired = (enum lbr_expired)lbr_field_choice(coder, hello->expired, LBR_EXPIRED_AUTH);
	hello->qr = (enum lbr_qr_style)lbr_field_choice(coder, hello->qr, LBR_QR_NONE);
	hello->messages = (enum lbr_messages)lbr_field_choice(coder, hello->messages, LBR_MESSAGES_ASCII);
	hello->language = (enum lbr_language)lbr_field_choice(coder, hello->language, LBR_LANGUAGE_FR);
	hello->enroll = (enum lbr_enroll)lbr_field_choice(coder, hello->enroll, LBR_ENROLL_NO);
	hello->publickey = lbr_field_flag(coder, hello->publickey);
	if (hello->version > 1) {
		lbr_field_number(coder, &hello->real_uid, UINT32_MAX);
		hello->system_user = (enum lbr_system_user)lbr_field_choice(coder, hello->system_user, LBR_SYSTEM_USER_THERE);
		lbr_field_number(coder, &hello->system_uid, UINT32_MAX);
	}
	if (hello->version >= LBR_WIRE_PAGES)
		hello->structured = lbr_field_flag(coder, hello->structured);
	lbr_field_text(coder, hello->service, sizeof(hello->service));
	lbr_field_text(coder, hello->rhost, sizeof(hello->rhost));
	lbr_field_text(coder, hello->tty, sizeof(hello->tty));
}

static void code_welcome(struct lbr_coder *coder, void *message)
{
	struct lbr_welcome *welcome = message;

	lbr_field_number(coder, &welcome->version, 255);
	welcome->structured = lbr_field_follows(coder, welcome->structured);
	if (welcome->structured)
		lbr_field_rules(coder, &welcome->rules);
}

static void code_request(struct lbr_coder *coder, void *message)
{
	struct lbr_request *request = message;
	int kind = lbr_field_choice(coder, request->kind, LBR_REQUEST_STANDING);

	if (kind < LBR_REQUEST_AUTHENTICATE)
		coder->error = LBR_ERR_SYNTAX;
	request->kind = (enum lbr_request_kind)kind;
	lbr_field_number(coder, &request->serial, UINT64_MAX);
	lbr_field_text(coder, request->user, sizeof(request->user));
	request->silent = lbr_field_flag(coder, request->silent);
	request->prelim = lbr_field_flag(coder, request->prelim);
	request->only_expired = lbr_field_flag(coder, request->only_expired);
	request->answered = lbr_field_flag(coder, request->answered);
	request->one_answer = lbr_field_flag(coder, request->one_answer);
	request->unreadable = lbr_field_flag(coder, request->unreadable);
	lbr_field_secret(coder, &request->password);
	lbr_field_secret(coder, &request->code);
	if (request->kind == LBR_REQUEST_STANDING)
		lbr_field_bytes(coder, request->standing, sizeof(request->standing));
}

static void code_say(struct lbr_coder *coder, void *message)
{
	struct lbr_say *say = message;

	say->error = lbr_field_flag(coder, say->error);
	lbr_field_text(coder, say->text, sizeof(say->text));
	say->structured = lbr_field_follows(coder, say->structured);
	if (!say->structured)
		return;
	lbr_field_text(coder, say->word, sizeof(say->word));
	say->number = (unsigned)lbr_field_choice(coder, (int)say->number, INT_MAX);
}

static void code_pages(struct lbr_coder *coder, struct lbr_ask *ask)
{
	unsigned i;

	ask->tries_left = (unsigned)lbr_field_choice(coder, (int)ask->tries_left, UINT8_MAX);
	lbr_field_text(coder, ask->uri, sizeof(ask->uri));
	lbr_field_text(coder, ask->key, sizeof(ask->key));
	ask->code_count = (unsigned)lbr_field_choice(coder, (int)ask->code_count, LBR_WIRE_CODES);
	for (i = 0; coder->error == LBR_OK && i < ask->code_count; i++)
		lbr_field_text(coder, ask->codes[i], sizeof(ask->codes[i]));
}

static void code_ask(struct lbr_coder *coder, void *message)
{
	struct lbr_ask *ask = message;
	int purpose = lbr_field_choice(coder, ask->purpose, LBR_ASK_ACKNOWLEDGE);

	if (purpose < LBR_ASK_OLD_PASSWORD)
		coder->error = LBR_ERR_SYNTAX;
	ask->purpose = (enum lbr_ask_purpose)purpose;
	ask->echo = lbr_field_flag(coder, ask->echo);
	lbr_field_text(coder, ask->text, sizeof(ask->text));
	ask->structured = lbr_field_follows(coder, ask->structured);
	if (ask->structured)
		code_pages(coder, ask);
}

static void code_answer(struct lbr_coder *coder, void *message)
{
	struct lbr_answer *answer = message;

	answer->given = lbr_field_flag(coder, answer->given);
	lbr_field_secret(coder, &answer->text);
	answer->later = lbr_field_follows(coder, answer->later);
	if (answer->later && (!lbr_field_flag(coder, true) || answer->given))
		coder->error = LBR_ERR_SYNTAX;
}

static void code_date(struct lbr_coder *coder, int64_t *seconds)
{
	uint64_t number = (uint64_t)*seconds;

	lbr_field_number(coder, &number, INT64_MAX);
	*seconds = (int64_t)number;
}

static void code_facts(struct lbr_coder *coder, struct lbr_account_facts *facts)
{
	lbr_field_bytes(coder, facts->standing, sizeof(facts->standing));
	code_date(coder, &facts->expires_s);
	code_date(coder, &facts->changeable_s);
	code_date(coder, &facts->last_sign_in_s);
	facts->recovery_left = (unsigned)lbr_field_choice(coder, (int)facts->recovery_left, UINT8_MAX);
	facts->language = (enum lbr_language)lbr_field_choice(coder, facts->language, LBR_LANGUAGE_FR);
}

static void code_reply(struct lbr_coder *coder, void *message)
{
	struct lbr_reply *reply = message;
	uint64_t status = (uint64_t)reply->status;

	lbr_field_number(coder, &status, LBR_STATUS_ALLOW);
	if (status > LBR_STATUS_PERHAPS && status != LBR_STATUS_ALLOW) {
		status = LBR_STATUS_DENY;
		coder->error = LBR_ERR_SYNTAX;
	}
	reply->status = (enum lbr_status)status;
	lbr_field_number(coder, &reply->serial, UINT64_MAX);
	lbr_field_number(coder, &reply->password_len, LBR_SECRET_MAX);
	reply->changed = lbr_field_flag(coder, reply->changed);
	lbr_field_secret(coder, &reply->old_password);
	reply->has_facts = lbr_field_follows(coder, reply->has_facts);
	if (reply->has_facts)
		code_facts(coder, &reply->facts);
}

/* --- both directions ------------------------------------------------------------------------------------------------------ */

#define CODEC(NAME, TYPE, STRUCT)                                                                                           \
	enum lbr_error lbr_wire_put_##NAME(struct lbr_frame *frame, const struct STRUCT *NAME)                              \
	{                                                                                                                   \
		return lbr_codec_put(frame, LBR_FRAME_##TYPE, code_##NAME, NAME);                                           \
	}                                                                                                                   \
	enum lbr_error lbr_wire_get_##NAME(const struct lbr_frame *frame, struct STRUCT *NAME)                              \
	{                                                                                                                   \
		return lbr_codec_get(frame, LBR_FRAME_##TYPE, code_##NAME, NAME, sizeof(*NAME));                            \
	}

CODEC(hello, HELLO, lbr_hello)
CODEC(welcome, WELCOME, lbr_welcome)
CODEC(request, REQUEST, lbr_request)
CODEC(say, SAY, lbr_say)
CODEC(ask, ASK, lbr_ask)
CODEC(answer, ANSWER, lbr_answer)
CODEC(reply, REPLY, lbr_reply)
