/* The request "replace token": a person's new phone. Password and code (or a recovery code) first; the old token stays valid until
 * the new one is confirmed. */
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/notice.h>
#include <liberations/token.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

/* A new token, sealed, its first step, and who replaces it. */
struct new_token {
	uint64_t                generation;
	struct lbr_sealed       token;
	int64_t                 step;
	const struct lbr_hello *hello;
};

/* One commit: the new token, with its first step accepted. The old token's steps say nothing about the new one, but the last
 * step never goes back. */
static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct new_token *course = context;

	if (view->account.generation != course->generation || view->account.disabled)
		return lbr_fail(reason, LBR_ERR_STALE, LBR_WHY(CHANGED));
	/* An invited person must take over the account first. */
	if (view->account.password_kind != LBR_PASSWORD_OWN)
		return lbr_fail(reason, LBR_ERR_STALE, LBR_WHY(STILL_INVITED));
	view->account.token = course->token;
	view->account.token_kind = LBR_TOKEN_CONFIRMED;
	if (view->counters.last_step < course->step)
		view->counters.last_step = course->step;
	lbr_notice_raise(&view->counters, LBR_NOTICE_TOKEN_REPLACED, view->now_s, course->hello->service, course->hello->rhost);
	*ret_parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT;
	return LBR_OK;
}

static enum lbr_error commit_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step,
                                   struct lbr_reason *reason)
{
	struct new_token course = {.generation = session->verified.generation, .step = step, .hello = &session->hello};
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, session->request.user, &view, reason);

	if (error == LBR_OK)
		error = lbr_token_seal(session->keyring, lbr_account_keyed_name(&view.account), key, &course.token);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &course, reason);
	if (error == LBR_OK)
		session->verified.generation = view.account.generation;
	lbr_view_release(&view);
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
		lbr_person_tell(session, true, error == LBR_ERR_UNKNOWN ? LBR_TEXT_TOKEN_UNKNOWN : LBR_TEXT_TRY_LATER, 0);
		return error == LBR_ERR_UNKNOWN ? LBR_STATUS_PERHAPS : LBR_STATUS_NOT_CHANGED;
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
