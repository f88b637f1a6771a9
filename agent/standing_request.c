/* The request "standing": is the account still what it was when a session began? Asked each second for each session, so it takes no
 * lock, writes nothing, and leaves no line in the log unless the store fails. It proves nothing about anybody. */
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include <liberations/account_standing.h>

#include "log.h"
#include "session.h"

static bool still_stands(const struct lbr_session *session, const struct lbr_account *account)
{
	unsigned char standing[LBR_STANDING_LEN];
	enum lbr_error error = lbr_account_standing(session->keyring, account, standing);
	bool equal = lbr_bytes_equal(standing, session->request.standing, sizeof(standing));

	lbr_wipe(standing, sizeof(standing));
	return error == LBR_OK && equal && !account->disabled;
}

/* A store that fails, fails for everybody: one line a dialogue says so. */
static void log_outage(struct lbr_session *session, const struct lbr_reason *reason)
{
	if (!session->outage_told)
		lbr_log_event(session, LOG_ALERT, "standing", reason->text);
	session->outage_told = true;
}

void lbr_serve_standing(struct lbr_session *session)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, session->request.user, &view, &reason);

	if (error == LBR_OK && still_stands(session, &view.account)) {
		session->reply.status = LBR_STATUS_ALLOW;
	} else if (error != LBR_OK && error != LBR_ERR_ABSENT) {
		log_outage(session, &reason);
		session->reply.status = LBR_STATUS_UNAVAILABLE;
	}
	lbr_view_release(&view);
}
