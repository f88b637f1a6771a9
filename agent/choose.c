/* A new password of one's own: the rules told first, at most three tries, one commit. */
#include <syslog.h>

#include <liberations/change.h>
#include <liberations/password.h>

#include "log.h"
#include "session.h"
#include "talk.h"

static void tell_objection(struct lbr_session *session, enum lbr_objection objection)
{
	static const enum lbr_text texts[] = {
		[LBR_OBJECTION_SHORT] = LBR_TEXT_TOO_SHORT, [LBR_OBJECTION_LONG] = LBR_TEXT_TOO_LONG,
		[LBR_OBJECTION_SAME] = LBR_TEXT_SAME,       [LBR_OBJECTION_USED] = LBR_TEXT_USED,
		[LBR_OBJECTION_NAME] = LBR_TEXT_HAS_NAME,
	};

	lbr_tell(session, true, texts[objection], session->settings->min_length);
}

/* Rules first: they cost nothing; then the kept hashes. LBR_ERR_SYNTAX: objected and told. */
static enum lbr_error judge_candidate(struct lbr_session *session, const struct lbr_secret *password)
{
	enum lbr_objection objection;
	struct lbr_reason reason = {""};
	enum lbr_error error;

	objection = lbr_change_judge(password, session->request.user, session->settings);
	if (objection == LBR_OBJECTION_NONE) {
		error = lbr_change_check_history(session->store, session->request.user, password, session->settings, &objection,
		                                 &reason);
		if (error != LBR_OK) {
			lbr_log_event(session, LOG_ALERT, "change", reason.text);
			return LBR_ERR_SYSTEM;
		}
	}
	if (objection == LBR_OBJECTION_NONE)
		return LBR_OK;
	tell_objection(session, objection);
	return LBR_ERR_SYNTAX;
}

/* One try. LBR_ERR_SYNTAX: told why, another try is welcome; LBR_ERR_ABSENT: nobody answers; LBR_ERR_SYSTEM: the store. */
static enum lbr_error ask_candidate(struct lbr_session *session, struct lbr_secret *password)
{
	struct lbr_secret typed = {0}, again = {0};
	enum lbr_error error;

	error = lbr_ask_text(session, LBR_ASK_NEW_PASSWORD, LBR_TEXT_PROMPT_NEW_PASSWORD, &typed);
	if (error != LBR_OK)
		goto out;
	error = lbr_password_normalise(&typed, password);
	if (error == LBR_ERR_RANGE) {
		tell_objection(session, LBR_OBJECTION_LONG);
		error = LBR_ERR_SYNTAX;
	}
	if (error == LBR_OK)
		error = judge_candidate(session, password);
	if (error != LBR_OK)
		goto out;
	error = lbr_ask_text(session, LBR_ASK_NEW_PASSWORD_AGAIN, LBR_TEXT_PROMPT_NEW_PASSWORD_AGAIN, &again);
	if (error == LBR_OK && !lbr_secret_equal(&typed, &again)) {
		lbr_tell(session, true, LBR_TEXT_MISMATCH, 0);
		error = LBR_ERR_SYNTAX;
	}
out:
	lbr_secret_wipe(&typed);
	lbr_secret_wipe(&again);
	return error;
}

static enum lbr_error commit(struct lbr_session *session, struct lbr_choice *choice, const struct lbr_secret *password)
{
	struct lbr_change change = {
		.name = session->request.user,
		.generation = choice->generation,
		.password = password,
		.confirm_step = choice->confirm_step,
		.is_sign_in = choice->is_sign_in,
		.now_s = lbr_now_s(),
	};
	struct lbr_reason reason = {""};
	enum lbr_error error;
	uint64_t generation;

	error = lbr_change_commit(session->store, session->settings, &change, &generation, &reason);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ERR, "change", reason.text);
		return LBR_ERR_SYSTEM;
	}
	choice->generation = generation;
	lbr_log_event(session, LOG_NOTICE, "change", "password changed");
	return LBR_OK;
}

enum lbr_result lbr_choose_password(struct lbr_session *session, struct lbr_choice *choice)
{
	struct lbr_secret password = {0};
	enum lbr_error error = LBR_ERR_SYNTAX;
	int tries;

	lbr_tell(session, false, LBR_TEXT_RULES, session->settings->min_length);
	for (tries = 0; tries < LBR_TRIES && error == LBR_ERR_SYNTAX; tries++)
		error = ask_candidate(session, &password);
	if (error == LBR_OK)
		error = commit(session, choice, &password);
	lbr_secret_wipe(&password);
	if (error == LBR_ERR_ABSENT)
		return LBR_RESULT_CONVERSATION;
	if (error != LBR_OK) {
		lbr_tell(session, true, error == LBR_ERR_SYNTAX ? LBR_TEXT_NOT_CHANGED : LBR_TEXT_TRY_LATER, 0);
		return LBR_RESULT_NOT_CHANGED;
	}
	session->verdict.changed = true;
	lbr_tell(session, false, LBR_TEXT_CHANGED, 0);
	return LBR_RESULT_ALLOW;
}
