/* The first sign-in, which is all that a correct temporary password allows. Nothing is written before the one commit at the
 * end, so a person who breaks off finds the same invitation and the same QR code next time. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

/* Confirms a pending token. These tries count as no failure, because anyone who sees the QR code has the key. */
static enum lbr_status confirm_pending(struct lbr_session *session, const struct lbr_account *account, int64_t *ret_step)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	enum lbr_status status = LBR_STATUS_DENY;

	*ret_step = 0;
	if (lbr_token_unseal(session->keyring, lbr_account_keyed_name(account), &account->token, key) == LBR_OK)
		status = lbr_confirm_token(session, key, ret_step);
	lbr_wipe(key, sizeof(key));
	return status;
}

/* The token was confirmed in person, but its code was left empty this time. The code is asked again and judged as an attempt of
 * its own, so that guesses count. `outcome` then holds the new attempt. */
static enum lbr_status ask_confirmed(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_secret code = {0};
	enum lbr_status status = LBR_STATUS_DENY;
	enum lbr_verdict verdict = LBR_ENROLL;
	unsigned tries;

	for (tries = 0; tries < LBR_TRIES && verdict == LBR_ENROLL; tries++) {
		if (lbr_person_ask(session, LBR_ASK_CODE, LBR_TEXT_PROMPT_TOKEN, LBR_TRIES - tries, &code) != LBR_OK) {
			status = LBR_STATUS_CONVERSATION;
			break;
		}
		verdict = lbr_attempt_judge(session, &session->request.password, &code, false, outcome);
	}
	lbr_secret_wipe(&code);
	if (verdict == LBR_CHOOSE)
		return LBR_STATUS_ALLOW;
	lbr_refusal_explain(session, outcome);
	return status;
}

const char *lbr_why_not_here(const struct lbr_session *session)
{
	if (session->request.one_answer)
		return "refused: a first sign-in needs a dialogue, but this service gives one answer; use ssh or a console, "
		       "or enroll in person";
	if (session->request.silent)
		return "refused: a first sign-in must show text, but this service asked for silence; use ssh or a console, "
		       "or enroll in person";
	if (session->hello.enroll == LBR_ENROLL_NO)
		return "refused: this service does not enroll (enroll=no); use another service, or enroll in person";
	return NULL;
}

bool lbr_refuse_first_sign_in(struct lbr_session *session)
{
	const char *why = lbr_why_not_here(session);

	if (why == NULL)
		return false;
	lbr_log_event(session, LOG_NOTICE, "first sign-in", why);
	lbr_delay_refusal(session->arrived_ms);
	return true;
}

enum lbr_status lbr_finish_first_sign_in(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_choice choice = {.is_sign_in = true};
	enum lbr_status status = LBR_STATUS_ALLOW;
	bool pending = outcome->account.token_kind == LBR_TOKEN_PENDING;
	bool has_codes = outcome->account.recovery_count > 0; /* the administrator made a new password only: the codes stay */
	int64_t step = outcome->step;

	if (lbr_refuse_first_sign_in(session))
		return LBR_STATUS_DENY;
	session->proven = true;
	/* Whatever the service normally asks, a first sign-in proves both. */
	session->factors = LBR_FACTORS_BOTH;
	if (outcome->verdict == LBR_ENROLL)
		status = pending ? confirm_pending(session, &outcome->account, &step) : ask_confirmed(session, outcome);
	if (status != LBR_STATUS_ALLOW)
		return status;
	if (pending && step <= 0)
		return LBR_STATUS_DENY;
	choice.generation = outcome->account.generation;
	choice.lane = outcome->lane;
	choice.origin = lbr_origin_of_session(session, &outcome->account);
	choice.confirm_step = pending ? step : 0;
	lbr_person_tell(session, false, LBR_TEXT_WELCOME_FIRST, 0);
	status = lbr_choose_password(session, &choice);
	if (status == LBR_STATUS_ALLOW)
		lbr_log_event(session, LOG_INFO, "sign-in", "accepted: the first sign-in is complete");
	if (status == LBR_STATUS_ALLOW && !has_codes)
		lbr_hand_out_recovery_codes(session, &choice.generation);
	outcome->account.generation = choice.generation;
	return status == LBR_STATUS_NOT_CHANGED || status == LBR_STATUS_PERHAPS ? LBR_STATUS_DENY : status;
}
