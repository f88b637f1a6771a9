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
	struct lbr_say say = {.error = error};
	struct lbr_frame frame;

	lbr_text_format(text, session->language, is_ascii(session) || !lbr_text_is_told(text), number, NULL, say.text,
	                sizeof(say.text));
	if (lbr_wire_put_say(&frame, &say) == LBR_OK)
		(void)lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
}

static enum lbr_error receive_answer(struct lbr_session *session, struct lbr_secret *answer)
{
	struct lbr_frame frame;
	struct lbr_answer got;
	enum lbr_error error;

	error = lbr_frame_receive(session->fd, &frame, lbr_patience_ms(session, LBR_UNPROVEN_MS));
	if (error == LBR_OK)
		error = lbr_wire_get_answer(&frame, &got);
	lbr_frame_wipe(&frame);
	if (error != LBR_OK)
		return LBR_ERR_ABSENT;
	lbr_deadline_begin(session);
	if (got.given)
		*answer = got.text;
	error = got.given ? LBR_OK : LBR_ERR_ABSENT;
	lbr_wipe(&got, sizeof(got));
	return error;
}

enum lbr_error lbr_person_ask_prompt(struct lbr_session *session, enum lbr_ask_purpose purpose, const char *prompt,
                              struct lbr_secret *answer)
{
	struct lbr_ask ask = {.purpose = purpose, .echo = false};
	struct lbr_frame frame;
	enum lbr_error error;
	int len;

	lbr_secret_wipe(answer);
	len = snprintf(ask.text, sizeof(ask.text), "%s", prompt);
	error = len < 0 || (size_t)len >= sizeof(ask.text) ? LBR_ERR_RANGE : lbr_wire_put_ask(&frame, &ask);
	if (error == LBR_OK)
		error = lbr_frame_send(session->fd, &frame, LBR_MACHINE_WAIT_MS);
	lbr_frame_wipe(&frame);
	lbr_wipe(&ask, sizeof(ask));
	return error == LBR_OK ? receive_answer(session, answer) : LBR_ERR_ABSENT;
}

enum lbr_error lbr_person_ask(struct lbr_session *session, enum lbr_ask_purpose purpose, enum lbr_text text,
                            struct lbr_secret *answer)
{
	char prompt[LBR_REASON_MAX];

	lbr_settings_prompt(session->settings, text, session->language, is_ascii(session), prompt, sizeof(prompt));
	return lbr_person_ask_prompt(session, purpose, prompt, answer);
}
