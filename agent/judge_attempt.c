/* One attempt in the agent: judged, logged, paced, explained to the one who was right. */
#include "log.h"
#include "session.h"
#include "ask_person.h"

/* The account's own language, once its password was right; before that a prompt would name accounts. */
static void adopt_language(struct lbr_session *session, const struct lbr_account *account)
{
	if (account->language != LBR_LANGUAGE_NONE)
		session->language = account->language;
}

enum lbr_verdict lbr_attempt_judge(struct lbr_session *session, const struct lbr_secret *password, const struct lbr_secret *code,
                           bool unreadable, struct lbr_outcome *outcome)
{
	struct lbr_attempt attempt = {
		.name = session->request.user,
		.password = password,
		.code = code,
		.unreadable = unreadable,
		.factors = session->factors,
		.lane = lbr_lane_of(session),
		.now_s = lbr_now_s(),
	};
	struct lbr_reason reason = {""};
	enum lbr_error error;

	error = lbr_attempt_run(session->store, session->keyring, session->settings, &attempt, outcome, &reason);
	if (error != LBR_OK)
		outcome->verdict = LBR_DENY;
	lbr_log_attempt(session, outcome, error, &reason);
	if (outcome->verdict == LBR_ALLOW || outcome->verdict == LBR_ENROLL || outcome->verdict == LBR_CHOOSE)
		adopt_language(session, &outcome->account);
	else
		lbr_delay_refusal(session->arrived_ms);
	return outcome->verdict;
}

enum lbr_text lbr_text_of_used(const struct lbr_outcome *outcome)
{
	return outcome->is_recovery ? LBR_TEXT_USED_RECOVERY : LBR_TEXT_USED_CODE;
}

/* A locked lane stays silent: whoever holds the phone could otherwise have every guessed password confirmed, for ever. */
void lbr_refusal_explain(struct lbr_session *session, const struct lbr_outcome *outcome)
{
	if (outcome->verdict == LBR_DENY_WAIT && outcome->wait_s <= 1)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_ONE, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_WAIT)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_MANY, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_USED_CODE)
		lbr_person_tell(session, true, lbr_text_of_used(outcome), 0);
}
