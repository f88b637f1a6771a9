/* The request "authenticate". It succeeds only if, on return, the account's owner chose the password and the token is
 * confirmed; a missing step is done here. */
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>

#include <liberations/combined_answer.h>
#include <liberations/expiry.h>
#include <liberations/token.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

#define LATE_S 2 /* a code that ends so soon is judged too late */

/* Splits one answer into password and code. An answer that cannot be split is a password without a code. */
static void split_answer(struct lbr_session *session)
{
	struct lbr_request *request = &session->request;
	struct lbr_secret password = {0}, code = {0};

	if (request->one_answer && lbr_combined_answer_split(&request->password, &password, &code) == LBR_OK) {
		request->password = password;
		request->code = code;
		session->reply.password_len = password.len;
	}
	lbr_secret_wipe(&password);
	lbr_secret_wipe(&code);
}

/* expired=auth: for consumers that never call account management. */
static enum lbr_status renew_if_expired(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_choice choice = {.generation = outcome->account.generation};
	enum lbr_status status;

	if (session->hello.expired != LBR_EXPIRED_AUTH ||
	    !lbr_expiry_is_due(&outcome->account, session->settings, lbr_store_now_s(session->store)))
		return LBR_STATUS_ALLOW;
	if (session->request.one_answer || session->request.silent) {
		lbr_log_event(session, LOG_NOTICE, "sign-in",
		              "refused: the password has expired and this service cannot ask for a new one");
		lbr_delay_refusal(session->arrived_ms);
		return LBR_STATUS_DENY;
	}
	session->proven = true;
	lbr_person_tell(session, false, LBR_TEXT_EXPIRED, 0);
	/* A service that asks for one part only must not give the account to the holder of that part: changing the password
	 * takes both. */
	if (session->factors != LBR_FACTORS_BOTH) {
		session->factors = LBR_FACTORS_BOTH;
		status = lbr_verify_person(session);
		if (status != LBR_STATUS_ALLOW)
			return status == LBR_STATUS_OLD_WRONG ? LBR_STATUS_DENY : status;
		choice.generation = session->verified.generation;
	}
	status = lbr_choose_password(session, &choice);
	outcome->account.generation = choice.generation;
	return status == LBR_STATUS_NOT_CHANGED ? LBR_STATUS_DENY : status;
}

/* A service that asks for the token alone: an empty code, as the guide's second step says to give, comes with the temporary
 * password, and both are judged. A module of version 1 lets the agent ask for it, with every empty code, so that the prompt
 * reveals no account. False: no answer came. */
static bool hear_password_besides(struct lbr_session *session)
{
	struct lbr_request *request = &session->request;

	if (session->factors != LBR_FACTORS_TOKEN || request->code.len > 0 || request->unreadable || !request->answered)
		return true;
	session->factors = LBR_FACTORS_BOTH;
	if (session->hello.version >= LBR_WIRE_ANSWERS_FIRST)
		return true;
	return lbr_person_ask(session, LBR_ASK_OLD_PASSWORD, LBR_TEXT_PROMPT_PASSWORD, 0, &request->password) == LBR_OK;
}

/* sudo asks for silence, yet sudo is where the code of a sign-in a moment ago gets typed again; only a prompt can say so there.
 * Asked once, and judged as an attempt of its own. */
static void ask_for_the_next_code(struct lbr_session *session, struct lbr_outcome *outcome)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	struct lbr_ask ask = {.purpose = LBR_ASK_CODE};
	char text[256], question[128];
	struct lbr_secret code = {0};

	lbr_text_format(lbr_text_of_used(outcome), session->language, ascii, 0, NULL, text, sizeof(text));
	lbr_settings_prompt(session->settings, LBR_TEXT_PROMPT_TOKEN, session->language, ascii, question, sizeof(question));
	(void)snprintf(ask.text, sizeof(ask.text), "%s\n%s", text, question);
	session->proven = true; /* both were right, and the prompt says so: the next code takes its time */
	if (lbr_person_ask_whole(session, &ask, &code) == LBR_OK)
		(void)lbr_attempt_judge(session, &session->request.password, &code, false, outcome);
	lbr_secret_wipe(&code);
}

/* A first sign-in where the token alone is asked, and its code was typed, as the letter says for a token that was confirmed in
 * person. The password comes now, and both are judged as one attempt. */
static enum lbr_status ask_for_the_temporary_password(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_request *request = &session->request;

	if (lbr_refuse_first_sign_in(session))
		return LBR_STATUS_DENY;
	session->proven = true; /* the code was right, and the question says so */
	session->factors = LBR_FACTORS_BOTH;
	if (lbr_person_ask(session, LBR_ASK_OLD_PASSWORD, LBR_TEXT_PROMPT_PASSWORD, 0, &request->password) != LBR_OK)
		return LBR_STATUS_CONVERSATION;
	/* Who takes longer than the code lasts is asked for another, as after an empty one. */
	if (outcome->step > 0 &&
	    lbr_token_step(lbr_store_now_s(session->store) + LATE_S) - outcome->step > session->settings->window)
		lbr_secret_wipe(&request->code);
	(void)lbr_attempt_judge(session, &request->password, &request->code, false, outcome);
	return LBR_STATUS_ALLOW;
}

/* ALLOW: judged, and `outcome` says how. */
static enum lbr_status judge_answers(struct lbr_session *session, struct lbr_outcome *outcome)
{
	struct lbr_request *request = &session->request;
	enum lbr_verdict verdict = lbr_attempt_judge(session, &request->password, &request->code,
	                                             request->unreadable || !request->answered, outcome);

	if (verdict == LBR_ASK_TEMPORARY)
		return ask_for_the_temporary_password(session, outcome);
	if (verdict == LBR_DENY_USED_CODE && request->silent && !request->one_answer)
		ask_for_the_next_code(session, outcome);
	return LBR_STATUS_ALLOW;
}

static enum lbr_status go_on(struct lbr_session *session, struct lbr_outcome *outcome)
{
	switch (outcome->verdict) {
	case LBR_ALLOW:
		lbr_warn_of_recovery_codes(session, outcome);
		return renew_if_expired(session, outcome);
	case LBR_ENROLL:
	case LBR_CHOOSE:
		return lbr_finish_first_sign_in(session, outcome);
	case LBR_ASK_TEMPORARY: /* only a token alone leads there, and both parts were judged since */
	case LBR_DENY:
	case LBR_DENY_WAIT:
	case LBR_DENY_LOCKED:
	case LBR_DENY_USED_CODE:
		break;
	}
	if (!session->request.silent)
		lbr_refusal_explain(session, outcome);
	if (outcome->unavailable)
		return LBR_STATUS_UNAVAILABLE;
	if (outcome->absent && lbr_may_be_ignored(session))
		return LBR_STATUS_UNKNOWN;
	return LBR_STATUS_DENY;
}

/* What this dialogue may use again: not a password that was just replaced, nor one that another module judged. */
static void remember(struct lbr_session *session, const struct lbr_account *account)
{
	bool ours = session->hello.factors != LBR_FACTORS_TOKEN && !session->reply.changed;

	lbr_remember(session, account, session->factors == LBR_FACTORS_BOTH, ours ? &session->request.password : NULL);
}

void lbr_serve_authenticate(struct lbr_session *session)
{
	struct lbr_outcome outcome = {0};
	enum lbr_status status;

	lbr_forget(session);
	if (session->hello.factors == LBR_FACTORS_TOKEN && session->hello.password_source != LBR_PASSWORD_FROM_STACK &&
	    !session->hello.publickey) {
		lbr_log_event(session, LOG_ERR, "sign-in",
		              "refused: factors=token needs an accepted public key (sshd), or password=stack");
		lbr_delay_refusal(session->arrived_ms);
		return;
	}
	split_answer(session);
	if (!hear_password_besides(session)) {
		session->reply.status = LBR_STATUS_CONVERSATION;
		return;
	}
	status = judge_answers(session, &outcome);
	if (status == LBR_STATUS_ALLOW)
		status = go_on(session, &outcome);
	if (status == LBR_STATUS_ALLOW)
		remember(session, &outcome.account);
	lbr_outcome_wipe(&outcome);
	session->reply.status = status;
}
