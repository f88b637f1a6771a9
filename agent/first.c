/* The first sign-in: a right temporary password serves nothing but this. Nothing is written before the one commit at the end,
 * so whoever breaks off finds the same invitation, and the same QR code, the next time. */
#include <syslog.h>

#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "log.h"
#include "session.h"
#include "talk.h"

#define PROMPT_MARGIN 2 /* modules around the QR code: all of it fits 80x24 */

/* Key above, QR below, then the question; one prompt, since a prompt is what consumers neither log nor escape. */
static enum lbr_error write_prompt(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                   char *prompt, size_t size)
{
	char uri[LBR_URI_MAX], grouped[LBR_KEY_TEXT_MAX], qr[LBR_QR_TEXT_MAX], scan[256], question[256];
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	enum lbr_qr_style style = ascii && session->hello.qr == LBR_QR_UTF8 ? LBR_QR_ASCII : session->hello.qr;
	enum lbr_error error;
	int len = -1;

	error = lbr_otpauth_uri(session->settings->issuer, session->request.user, key, uri);
	if (error == LBR_OK)
		error = lbr_token_key_text(key, 1, grouped);
	if (error == LBR_OK)
		error = lbr_qr_text(uri, style, PROMPT_MARGIN, 0, qr);
	if (error == LBR_OK) {
		lbr_text_format(style == LBR_QR_NONE ? LBR_TEXT_TYPE_KEY : LBR_TEXT_SCAN, session->language, ascii, 0, NULL, scan,
		                sizeof(scan));
		lbr_text_format(LBR_TEXT_PROMPT_FIRST_CODE, session->language, ascii, 0, NULL, question, sizeof(question));
		len = snprintf(prompt, size, "\n%s\n%s\n%s%s%s", scan, grouped, style == LBR_QR_NONE ? uri : qr,
		               style == LBR_QR_NONE ? "\n" : "", question);
		error = len > 0 && (size_t)len < size ? LBR_OK : LBR_ERR_RANGE;
	}
	lbr_wipe(uri, sizeof(uri));
	lbr_wipe(grouped, sizeof(grouped));
	lbr_wipe(qr, sizeof(qr));
	return error;
}

/* Asks for the first code of a pending token; these tries count no failure, for whoever sees the QR code has the key.
 * `*ret_step` is the confirmed step. */
static enum lbr_result confirm_pending(struct lbr_session *session, const struct lbr_account *account, int64_t *ret_step)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	char prompt[LBR_WIRE_TEXT_MAX];
	struct lbr_secret code = {0};
	enum lbr_error error;
	int tries;

	*ret_step = 0;
	error = lbr_ring_open(session->ring, account->name, &account->token, key);
	if (error == LBR_OK)
		error = write_prompt(session, key, prompt, sizeof(prompt));
	for (tries = 0; error == LBR_OK && *ret_step == 0 && tries < LBR_TRIES; tries++) {
		if (tries > 0)
			lbr_tell(session, true, LBR_TEXT_CODE_WRONG, 0);
		error = lbr_ask_prompt(session, LBR_ASK_CODE, prompt, &code);
		if (error == LBR_OK)
			*ret_step = lbr_token_match(key, &code, lbr_token_step(lbr_now_s()), session->settings->window);
	}
	lbr_secret_wipe(&code);
	lbr_wipe(prompt, sizeof(prompt));
	lbr_wipe(key, sizeof(key));
	if (error == LBR_ERR_ABSENT)
		return LBR_RESULT_CONVERSATION;
	return *ret_step > 0 ? LBR_RESULT_ALLOW : LBR_RESULT_DENY;
}

/* The token was confirmed at the desk, its code left empty now: it is asked again and judged as an attempt of its own, so that
 * guesses count. `outcome` then holds the new attempt. */
static enum lbr_result ask_confirmed(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_secret code = {0};
	enum lbr_result result = LBR_RESULT_DENY;
	enum lbr_verdict verdict = LBR_ENROLL;
	int tries;

	for (tries = 0; tries < LBR_TRIES && verdict == LBR_ENROLL; tries++) {
		if (lbr_ask_text(session, LBR_ASK_CODE, LBR_TEXT_PROMPT_TOKEN, &code) != LBR_OK) {
			result = LBR_RESULT_CONVERSATION;
			break;
		}
		verdict = lbr_judge(session, &session->request.password, &code, false, outcome);
	}
	lbr_secret_wipe(&code);
	if (verdict == LBR_CHOOSE)
		return LBR_RESULT_ALLOW;
	lbr_explain(session, outcome);
	return result;
}

/* Consumers that cannot hold the dialogue are refused; nothing was charged. */
static const char *why_not_here(const struct lbr_session *session)
{
	if (session->request.one_answer)
		return "refused: a first sign-in needs a dialogue; this service gives one answer. Use ssh or a console, or enroll at the desk";
	if (session->request.silent)
		return "refused: a first sign-in needs texts; this service asked for silence. Use ssh or a console, or enroll at the desk";
	if (session->hello.enroll == LBR_ENROLL_NO)
		return "refused: this service does not enroll (enroll=no). Use another service, or enroll at the desk";
	return NULL;
}

enum lbr_result lbr_finish_first_sign_in(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_choice choice = {.is_sign_in = true};
	const char *why = why_not_here(session);
	enum lbr_result result = LBR_RESULT_ALLOW;
	bool pending = outcome->account.token_kind == LBR_TOKEN_PENDING;
	int64_t step = outcome->step;

	if (why != NULL) {
		lbr_log_event(session, LOG_NOTICE, "first sign-in", why);
		lbr_pace(session->arrived_ms);
		return LBR_RESULT_DENY;
	}
	if (outcome->verdict == LBR_ENROLL)
		result = pending ? confirm_pending(session, &outcome->account, &step) : ask_confirmed(session, outcome);
	if (result != LBR_RESULT_ALLOW)
		return result;
	choice.generation = outcome->account.generation;
	choice.confirm_step = pending ? step : 0;
	lbr_tell(session, false, LBR_TEXT_WELCOME_FIRST, 0);
	result = lbr_choose_password(session, &choice);
	outcome->account.generation = choice.generation;
	return result == LBR_RESULT_NOT_CHANGED ? LBR_RESULT_DENY : result;
}
