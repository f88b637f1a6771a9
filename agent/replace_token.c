/* The request "replace token": a person's new phone. Password and code (or a recovery code) first; the old token stays valid until
 * the new one is confirmed. */
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/token.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

/* One commit: the new token, with its first step accepted. The old token's steps say nothing about the new one, but the last
 * step never goes back. */
static enum lbr_error commit_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step,
                                   struct lbr_reason *reason)
{
	struct lbr_locked_account locked = {0};
	enum lbr_error error;

	error = lbr_account_lock(session->store, session->request.user, &locked, reason);
	if (error == LBR_OK && (locked.account.generation != session->verified.generation || locked.account.disabled))
		error = lbr_fail(reason, LBR_ERR_STALE, LBR_WHY(CHANGED));
	/* An invited person must take over the account first. */
	if (error == LBR_OK && locked.account.password_kind != LBR_PASSWORD_OWN)
		error = lbr_fail(reason, LBR_ERR_STALE, LBR_WHY(STILL_INVITED));
	if (error == LBR_OK)
		error = lbr_token_seal(session->keyring, locked.account.name, key, &locked.account.token);
	if (error == LBR_OK) {
		locked.account.token_kind = LBR_TOKEN_CONFIRMED;
		if (locked.counters.last_step < step)
			locked.counters.last_step = step;
		error = lbr_account_commit_counters(&locked, reason);
	}
	if (error == LBR_OK)
		error = lbr_account_commit(&locked, reason);
	if (error == LBR_OK)
		session->verified.generation = locked.account.generation;
	lbr_account_release(&locked);
	return error;
}

static enum lbr_status replace(struct lbr_session *session, unsigned char key[LBR_TOKEN_KEY_LEN])
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_status status;
	enum lbr_error error;
	int64_t step;

	if (lbr_token_draw(key) != LBR_OK)
		return LBR_STATUS_UNAVAILABLE;
	status = lbr_confirm_token(session, key, &step);
	if (status != LBR_STATUS_ALLOW)
		return status;
	error = commit_token(session, key, step, &reason);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ERR, "token", reason.text);
		lbr_person_tell(session, true, LBR_TEXT_TRY_LATER, 0);
		return LBR_STATUS_NOT_CHANGED;
	}
	lbr_log_event(session, LOG_NOTICE, "token", "replaced");
	lbr_person_tell(session, false, LBR_TEXT_TOKEN_REPLACED, 0);
	return LBR_STATUS_ALLOW;
}

void lbr_serve_replace(struct lbr_session *session)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	enum lbr_status status;

	lbr_forget(session);
	status = lbr_verify_person(session);
	if (status == LBR_STATUS_ALLOW)
		status = replace(session, key);
	lbr_wipe(key, sizeof(key));
	session->reply.status = status;
}
