/* The request "change password". Everyone must give the old password and a code, root's processes too: sshd and login run
 * forced changes as root. They are verified once, on whichever of the two calls comes first, and remembered for the other. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/change.h>
#include <liberations/expiry.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

#define HOUR_S 3600
#define MANY_HOURS 48 /* longer waits are told in days */

static enum lbr_status refuse_old(struct lbr_session *session, struct lbr_outcome *outcome)
{
	bool pending = outcome->account.token_kind == LBR_TOKEN_PENDING;
	const char *why = lbr_why_not_here(session);

	/* The temporary password was right, so the refusal has not been delayed yet. */
	if (outcome->verdict == LBR_ENROLL || outcome->verdict == LBR_CHOOSE) {
		why = why != NULL ? why : pending ? "refused: the first sign-in must come first" : "refused: no code was entered";
		lbr_log_event(session, LOG_NOTICE, "change", why);
		lbr_delay_refusal(session->arrived_ms);
	}
	lbr_refusal_explain(session, outcome);
	return outcome->unavailable ? LBR_STATUS_UNAVAILABLE : LBR_STATUS_OLD_WRONG;
}

/* A pending token is confirmed at a sign-in, not here. A temporary password is accepted where a first sign-in would accept it. */
static bool is_proof(const struct lbr_session *session, const struct lbr_outcome *outcome)
{
	return outcome->verdict == LBR_ALLOW ||
	       (outcome->verdict == LBR_CHOOSE && outcome->account.token_kind == LBR_TOKEN_CONFIRMED &&
	        lbr_why_not_here(session) == NULL);
}

/* A module of version 1 lets the agent ask. */
static enum lbr_status hear_answers(struct lbr_session *session, struct lbr_secret *password, struct lbr_secret *code)
{
	const struct lbr_request *request = &session->request;

	if (request->answered && request->kind != LBR_REQUEST_AUTHENTICATE) {
		*password = request->password;
		*code = request->code;
		return LBR_STATUS_ALLOW;
	}
	if (!session->proven && session->hello.version >= LBR_WIRE_ANSWERS_FIRST)
		return LBR_STATUS_ASK_FIRST;
	if (lbr_person_ask(session, LBR_ASK_OLD_PASSWORD, LBR_TEXT_PROMPT_OLD_PASSWORD, 0, password) != LBR_OK ||
	    lbr_person_ask(session, LBR_ASK_CODE, LBR_TEXT_PROMPT_TOKEN, 0, code) != LBR_OK)
		return LBR_STATUS_CONVERSATION;
	return LBR_STATUS_ALLOW;
}

enum lbr_status lbr_verify_person(struct lbr_session *session)
{
	struct lbr_secret password = {0}, code = {0};
	struct lbr_outcome outcome = {0};
	enum lbr_status status = hear_answers(session, &password, &code);

	if (status != LBR_STATUS_ALLOW)
		goto out;
	(void)lbr_attempt_judge(session, &password, &code, session->request.unreadable, &outcome);
	if (is_proof(session, &outcome)) {
		lbr_remember(session, &outcome.account, true, &password);
		status = LBR_STATUS_ALLOW;
	} else {
		status = refuse_old(session, &outcome);
	}
out:
	lbr_secret_wipe(&password);
	lbr_secret_wipe(&code);
	lbr_outcome_wipe(&outcome);
	return status;
}

static enum lbr_error read_account(struct lbr_session *session, struct lbr_account *account)
{
	struct lbr_view view;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	error = lbr_store_load(session->store, session->request.user, &view, &reason);
	if (error == LBR_OK)
		*account = view.account;
	else if (error != LBR_ERR_ABSENT)
		lbr_log_event(session, LOG_ALERT, "change", reason.text);
	lbr_view_release(&view);
	return error;
}

/* PAM_PRELIM_CHECK: refuse now rather than after the new password was typed twice. */
static enum lbr_status check_readiness(struct lbr_session *session)
{
	struct lbr_reason reason = { .text = "" };

	if (lbr_change_is_possible(session->store, session->request.user, session->settings, &reason) == LBR_OK)
		return LBR_STATUS_ALLOW;
	lbr_log_event(session, LOG_ALERT, "change", reason.text);
	lbr_person_tell(session, true, LBR_TEXT_TRY_LATER, 0);
	return LBR_STATUS_NOT_READY;
}

/* Rounded up, so that it is possible when the time that is told has passed. */
static void tell_too_soon(struct lbr_session *session, const struct lbr_account *account)
{
	int64_t left_s = account->password_set_s + session->settings->min_age_s - lbr_store_now_s(session->store);
	unsigned hours = left_s > 0 ? (unsigned)((left_s + HOUR_S - 1) / HOUR_S) : 1;

	lbr_log_event(session, LOG_NOTICE, "change", "refused: last changed less than min-age ago");
	if (hours > MANY_HOURS)
		lbr_person_tell(session, true, LBR_TEXT_TOO_SOON_DAYS, (hours + 23) / 24);
	else
		lbr_person_tell(session, true, hours == 1 ? LBR_TEXT_TOO_SOON_ONE : LBR_TEXT_TOO_SOON_MANY, hours);
}

static enum lbr_status change_known(struct lbr_session *session, const struct lbr_account *account)
{
	struct lbr_choice choice = {.generation = account->generation};
	bool is_first = account->password_kind == LBR_PASSWORD_TEMPORARY && account->recovery_count == 0;
	enum lbr_status status;

	if (session->verified.generation != account->generation || account->disabled) {
		lbr_log_event(session, LOG_NOTICE, "change", "refused: the account changed since the sign-in");
		return LBR_STATUS_REFUSED;
	}
	/* Otherwise eleven changes in a row would flush the history. */
	if (lbr_expiry_is_too_soon(account, session->settings, lbr_store_now_s(session->store))) {
		tell_too_soon(session, account);
		return LBR_STATUS_NOT_CHANGED;
	}
	if (session->request.prelim)
		return check_readiness(session);
	if (session->request.only_expired)
		lbr_person_tell(session, false, LBR_TEXT_EXPIRED, 0);
	status = lbr_choose_password(session, &choice);
	if (status == LBR_STATUS_ALLOW && is_first)
		lbr_hand_out_recovery_codes(session, &choice.generation);
	session->verified.generation = choice.generation;
	return status;
}

static enum lbr_status change(struct lbr_session *session, struct lbr_account *account)
{
	enum lbr_error error = read_account(session, account);
	enum lbr_status status;

	if (error == LBR_ERR_ABSENT && lbr_may_be_ignored(session))
		return LBR_STATUS_UNKNOWN;
	if (error != LBR_OK && error != LBR_ERR_ABSENT)
		return session->request.prelim ? LBR_STATUS_NOT_READY : LBR_STATUS_NOT_CHANGED;
	if (error == LBR_OK && session->request.only_expired &&
	    !lbr_expiry_is_due(account, session->settings, lbr_store_now_s(session->store)))
		return LBR_STATUS_ALLOW; /* having nothing to do is a success: pam_sm_chauthtok(3) */
	if (!lbr_is_verified(session, session->request.user) || !session->verified.whole) {
		status = lbr_verify_person(session);
		if (status != LBR_STATUS_ALLOW)
			return status;
		if (read_account(session, account) != LBR_OK)
			return LBR_STATUS_NOT_CHANGED;
	}
	return change_known(session, account);
}

void lbr_serve_change(struct lbr_session *session)
{
	struct lbr_account account = {0};
	enum lbr_status status = change(session, &account);

	lbr_account_wipe(&account);
	session->reply.status = status;
}
