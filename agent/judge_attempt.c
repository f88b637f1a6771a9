/* One attempt in the agent: judged, logged, delayed if refused, explained to the person who was right. */
#include <stdbool.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

/* The account's own language, once the password was right and the person is told; before that, the language of a text would reveal
 * the account. A client that shows pages keeps theirs: a page is in one language, and its reader has chosen it. */
static void adopt_language(struct lbr_session *session, const struct lbr_account *account)
{
	if (account->language != LBR_LANGUAGE_NONE && !session->hello.structured)
		session->language = account->language;
}

/* The dialogue goes on, so no refusal needs to be delayed. */
static bool goes_on(enum lbr_verdict verdict)
{
	return verdict == LBR_ALLOW || verdict == LBR_ENROLL || verdict == LBR_CHOOSE || verdict == LBR_ASK_TEMPORARY;
}

struct lbr_name_owner lbr_name_owner_of(const struct lbr_hello *hello)
{
	return (struct lbr_name_owner){
		.told = hello->system_user != LBR_SYSTEM_USER_UNTOLD,
		.exists = hello->system_user == LBR_SYSTEM_USER_THERE,
		.uid = (uint32_t)hello->system_uid,
	};
}

enum lbr_verdict lbr_attempt_judge(struct lbr_session *session, const struct lbr_secret *password, const struct lbr_secret *code,
                           bool unreadable, struct lbr_outcome *outcome)
{
	char place[LBR_PLACE_MAX];
	struct lbr_attempt attempt = {
		.name = session->request.user,
		.password = password,
		.code = code,
		.unreadable = unreadable,
		.owner = lbr_name_owner_of(&session->hello),
		.factors = session->factors,
		.at_console = lbr_is_at_console(session),
		.place = place,
		.service = session->hello.service,
		.rhost = session->hello.rhost,
		.admission = &session->admission,
	};
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	lbr_place_of_session(session, place);
	error = lbr_attempt_run(session->store, session->keyring, session->settings, &attempt, outcome, &reason);
	if (error != LBR_OK)
		outcome->verdict = LBR_DENY;
	session->last_sign_in_s = outcome->last_sign_in_s;
	lbr_log_attempt(session, &attempt, outcome, error, &reason);
	if (outcome->verdict != LBR_DENY)
		adopt_language(session, &outcome->account);
	if (!goes_on(outcome->verdict))
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
	bool signs_in = session->request.kind == LBR_REQUEST_AUTHENTICATE;

	if (outcome->unavailable)
		lbr_person_tell(session, true, signs_in ? LBR_TEXT_UNAVAILABLE : LBR_TEXT_TRY_LATER, 0);
	else if (outcome->verdict == LBR_DENY_WAIT && outcome->wait_s <= 1)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_ONE, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_WAIT)
		lbr_person_tell(session, true, LBR_TEXT_WAIT_MANY, outcome->wait_s);
	else if (outcome->verdict == LBR_DENY_USED_CODE)
		lbr_person_tell(session, true, lbr_text_of_used(outcome), 0);
}
