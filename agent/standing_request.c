/* The request "standing": is the account still what it was when a session began? Asked each second for each session, so it takes no
 * lock, writes nothing, and leaves no line in the log unless the store fails. It proves nothing about anybody. */
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/account_standing.h>

#include "log.h"
#include "session.h"

/* A store that fails, fails for everybody: one line a dialogue says so. */
static void log_outage(struct lbr_session *session, const struct lbr_reason *reason)
{
	if (!session->outage_told)
		lbr_log_event(session, LOG_ALERT, "standing", reason->text);
	session->outage_told = true;
}

/* A client that asks about standings keeps its connection for an hour. Without an answer it asks another agent, which knows the
 * keys of today. */
bool lbr_standing_is_outdated(const struct lbr_session *session)
{
	return session->request.kind == LBR_REQUEST_STANDING && !lbr_keyring_is_current(session->keyring);
}

void lbr_serve_standing(struct lbr_session *session)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, session->request.user, &view, &reason);

	if (error == LBR_OK && !view.account.disabled &&
	    lbr_account_stands(session->keyring, &view.account, session->request.standing)) {
		session->reply.status = LBR_STATUS_ALLOW;
	} else if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		log_outage(session, &reason);
		session->reply.status = LBR_STATUS_UNAVAILABLE;
	}
	lbr_view_release(&view);
}
