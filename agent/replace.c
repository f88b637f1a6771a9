/* The request "replace token": a person's new phone. Password and code (or a recovery code) first; the old token stays valid until
 * the new one is confirmed. */
#include <syslog.h>

#include <liberations/token.h>

#include "log.h"
#include "session.h"
#include "talk.h"

/* One commit: the new token, its first step accepted. Steps of the old token say nothing about the new one, but the last step
 * never goes back. */
static enum lbr_error commit_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step,
                                   struct lbr_reason *reason)
{
	struct lbr_hold hold = {0};
	enum lbr_error error;

	error = lbr_hold_open(session->store, session->request.user, &hold, reason);
	if (error == LBR_OK && (hold.account.generation != session->verified.generation || hold.account.disabled))
		error = lbr_fail(reason, LBR_ERR_STALE, "the account changed meanwhile");
	/* Whoever is invited first makes the account their own. */
	if (error == LBR_OK && hold.account.password_kind != LBR_PASSWORD_OWN)
		error = lbr_fail(reason, LBR_ERR_STALE, "still invited: the first sign-in comes first");
	if (error == LBR_OK)
		error = lbr_token_seal(session->keyring, hold.account.name, key, &hold.account.token);
	if (error == LBR_OK) {
		hold.account.token_kind = LBR_TOKEN_CONFIRMED;
		if (hold.counters.last_step < step)
			hold.counters.last_step = step;
		error = lbr_hold_commit_counters(&hold, reason);
	}
	if (error == LBR_OK)
		error = lbr_hold_commit_account(&hold, reason);
	if (error == LBR_OK)
		session->verified.generation = hold.account.generation;
	lbr_hold_close(&hold);
	return error;
}

static enum lbr_status replace(struct lbr_session *session, unsigned char key[LBR_TOKEN_KEY_LEN])
{
	struct lbr_reason reason = {""};
	enum lbr_status result;
	enum lbr_error error;
	int64_t step;

	if (lbr_token_draw(key) != LBR_OK)
		return LBR_STATUS_UNAVAILABLE;
	result = lbr_scan_and_confirm(session, key, &step);
	if (result != LBR_STATUS_ALLOW)
		return result;
	error = commit_token(session, key, step, &reason);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ERR, "token", reason.text);
		lbr_tell(session, true, LBR_TEXT_TRY_LATER, 0);
		return LBR_STATUS_NOT_CHANGED;
	}
	lbr_log_event(session, LOG_NOTICE, "token", "replaced");
	lbr_tell(session, false, LBR_TEXT_TOKEN_REPLACED, 0);
	return LBR_STATUS_ALLOW;
}

void lbr_serve_replace(struct lbr_session *session)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	enum lbr_status result;

	lbr_forget(session);
	result = lbr_verify_person(session);
	if (result == LBR_STATUS_ALLOW)
		result = replace(session, key);
	lbr_wipe(key, sizeof(key));
	session->reply.status = result;
}
