/* One attempt in the agent: judged, logged, delayed if refused, explained to the person who was right. */
#include <stdbool.h>

#include "ask_person.h"
#include "kept_notices.h"
#include "log.h"
#include "session.h"

/* The account's own language, once the password was right; before that, the language of a prompt would reveal the account. */
static void adopt_language(struct lbr_session *session, const struct lbr_account *account)
{
	if (account->language != LBR_LANGUAGE_NONE)
		session->language = account->language;
}

/* Keeps what the person should hear of. Unknown names are left out: their decoy locks as well, and each invented name would
 * leave a file. */
static void keep_notice(struct lbr_session *session, const struct lbr_outcome *outcome)
{
	if (!outcome->known)
		return;
	if (outcome->event == LBR_EVENT_PASSWORD_KNOWN)
		lbr_notice_keep(session, LBR_NOTICE_PASSWORD_KNOWN);
	if (outcome->event == LBR_EVENT_RECOVERY_USED)
		lbr_notice_keep(session, LBR_NOTICE_RECOVERY_USED);
	if (outcome->event == LBR_EVENT_LOCKED)
		lbr_notice_keep(session, LBR_NOTICE_LOCKED);
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
		.at_console = lbr_is_at_console(session),
		.origin = lbr_origin_of_session(session),
		.admission = &session->admission,
	};
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	error = lbr_attempt_run(session->store, session->keyring, session->settings, &attempt, outcome, &reason);
	if (error != LBR_OK)
		outcome->verdict = LBR_DENY;
	lbr_log_attempt(session, outcome, error, &reason);
	keep_notice(session, outcome);
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

/* A locked lane stays silent. Otherwise the holder of the phone could go on confirming guessed passwords for ever. */
void lbr_refusal_explain(struct lbr_session *session, const struct lbr_outcome *outcome)
{
	if (outcome->unavailable)
		lbr_person_tell(session, true, LBR_TEXT_UNAVAILABLE, 0);
	else if (outcome->verdict == LBR_DENY_WAIT && outcome->wait_s <= 1)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_ONE, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_WAIT)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_MANY, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_USED_CODE)
		lbr_person_tell(session, true, lbr_text_of_used(outcome), 0);
}
