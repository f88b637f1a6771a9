/* Texts and questions: the words come from the table, the language from the session. */
#include "ask_person.h"

#include <stdbool.h>
#include <stdio.h>

static bool is_ascii(const struct lbr_session *session)
{
	return session->hello.messages == LBR_MESSAGES_ASCII;
}

void lbr_person_tell(struct lbr_session *session, bool error, enum lbr_text text, unsigned number)
{
	struct lbr_say say = {.error = error, .structured = session->hello.structured, .number = number};
	bool ascii = is_ascii(session) || (!say.structured && !lbr_text_is_told(text));
	struct lbr_frame frame;

	lbr_text_format(text, session->language, ascii, number, NULL, say.text, sizeof(say.text));
	(void)snprintf(say.word, sizeof(say.word), "%s", lbr_text_word(text));
	if (lbr_wire_put_say(&frame, &say) == LBR_OK)
		(void)lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
}

/* A person who has proven something may ask for more time: the wait then begins anew. */
static bool may_wait_longer(struct lbr_session *session)
{
	if (!session->hello.structured || !session->proven || session->later >= LBR_LATER_MAX)
		return false;
	session->later++;
	return true;
}

static enum lbr_error receive_one(struct lbr_session *session, struct lbr_answer *got)
{
	struct lbr_frame frame;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, lbr_patience_ms(session, LBR_UNPROVEN_MS));
	if (error == LBR_OK)
		error = lbr_wire_get_answer(&frame, got);
	lbr_frame_wipe(&frame);
	return error;
}

static enum lbr_error receive_answer(struct lbr_session *session, struct lbr_secret *answer)
{
	struct lbr_answer got = {0};
	enum lbr_error error;

	do
		error = receive_one(session, &got);
	while (error == LBR_OK && got.later && may_wait_longer(session));
	if (error != LBR_OK)
		return LBR_ERR_ABSENT;
	lbr_deadline_begin(session);
	if (got.given)
		*answer = got.text;
	error = got.given ? LBR_OK : LBR_ERR_ABSENT;
	lbr_wipe(&got, sizeof(got));
	return error;
}

enum lbr_error lbr_person_ask_whole(struct lbr_session *session, struct lbr_ask *ask, struct lbr_secret *answer)
{
	struct lbr_frame frame;
	enum lbr_error error;

	lbr_secret_wipe(answer);
	ask->structured = session->hello.structured;
	error = lbr_wire_put_ask(&frame, ask);
	if (error == LBR_OK)
		error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
	lbr_wipe(ask, sizeof(*ask));
	return error == LBR_OK ? receive_answer(session, answer) : LBR_ERR_ABSENT;
}

enum lbr_error lbr_person_ask(struct lbr_session *session, enum lbr_ask_purpose purpose, enum lbr_text text, unsigned tries_left,
                            struct lbr_secret *answer)
{
	struct lbr_ask ask = {.purpose = purpose, .tries_left = tries_left};

	lbr_settings_prompt(session->settings, text, session->language, is_ascii(session), ask.text, LBR_REASON_MAX);
	return lbr_person_ask_whole(session, &ask, answer);
}
