/* The request "account": may this person come in now? Expiry is enforced only where the agent verified the person itself, so
 * that keys, cron and `su` from root do not break; expired=always widens it. */
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/expiry.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

static void warn_of_expiry(struct lbr_session *session, const struct lbr_account *account, int64_t now_s)
{
	int64_t days = lbr_password_days_left(account->password_set_s, session->settings->max_age, now_s);

	if (days < 0 || days * 86400 > session->settings->warn_s)
		return;
	lbr_person_tell(session, false, days <= 1 ? LBR_TEXT_WARN_ONE : LBR_TEXT_WARN_MANY, (unsigned)days);
}

static enum lbr_status judge_account(struct lbr_session *session, const struct lbr_account *account)
{
	bool verified = lbr_is_verified(session, session->request.user);
	struct lbr_name_owner owner = lbr_name_owner_of(&session->hello);
	int64_t now_s = lbr_store_now_s(session->store);

	if (lbr_account_is_of_another(account, &owner)) {
		lbr_log_event(session, LOG_NOTICE, "account", LBR_OF_ANOTHER);
		return LBR_STATUS_REFUSED;
	}
	if (account->disabled) {
		lbr_log_event(session, LOG_NOTICE, "account", "refused: disabled");
		return LBR_STATUS_DISABLED;
	}
	if (verified && session->verified.generation != account->generation) {
		lbr_log_event(session, LOG_NOTICE, "account", "refused: the account changed since the sign-in");
		return LBR_STATUS_REFUSED;
	}
	if ((verified || session->hello.expired == LBR_EXPIRED_ALWAYS) && lbr_expiry_is_due(account, session->settings, now_s)) {
		lbr_log_event(session, LOG_INFO, "account", "the password must be changed");
		return LBR_STATUS_EXPIRED;
	}
	if (verified)
		warn_of_expiry(session, account, now_s);
	return LBR_STATUS_ALLOW;
}

void lbr_serve_account(struct lbr_session *session)
{
	struct lbr_view view;
	struct lbr_reason reason = { .text = "" };
	enum lbr_status status = LBR_STATUS_REFUSED;
	enum lbr_error error;

	error = lbr_store_load_after_commit(session->store, session->request.user, &view, &reason);
	if (error == LBR_OK) {
		status = judge_account(session, &view.account);
	} else if (error == LBR_ERR_ABSENT) {
		if (lbr_may_be_ignored(session))
			status = LBR_STATUS_UNKNOWN;
		else
			lbr_log_event(session, LOG_NOTICE, "account", "refused: no such account");
	} else {
		lbr_log_event(session, LOG_ALERT, "account", reason.text);
		if (error == LBR_ERR_UNREACHABLE)
			status = LBR_STATUS_UNAVAILABLE;
	}
	lbr_view_release(&view);
	session->reply.status = status;
}
