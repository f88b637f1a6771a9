/* Rehashes a password whose hash is behind the policy, at the end of the dialogue that verified it. */
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>

#include <liberations/change.h>
#include <liberations/password.h>

#include "log.h"
#include "session.h"

/* Compare-and-swap on the generation: any other change to the account wins, and the next sign-in tries again. */
static void rehash(struct lbr_session *session, const struct lbr_secret *password)
{
	struct lbr_verified *verified = &session->verified;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	bool done;

	error = lbr_change_rehash(session->store, session->settings, verified->user, verified->generation, password,
	                          &session->admission, &done, &reason);
	/* The requests are finished and wiped; the log lines take their name from there. */
	(void)snprintf(session->request.user, sizeof(session->request.user), "%s", verified->user);
	if (error == LBR_OK && done)
		lbr_log_event(session, LOG_INFO, "rehash", "password rehashed at the configured cost");
	else if (error != LBR_OK && error != LBR_ERR_STALE && error != LBR_ERR_ABSENT)
		lbr_log_event(session, LOG_WARNING, "rehash", reason.text);
	lbr_wipe(session->request.user, sizeof(session->request.user));
}

void lbr_rehash_if_due(struct lbr_session *session)
{
	struct lbr_verified *verified = &session->verified;
	struct lbr_secret normal = {0};

	if (!lbr_is_verified(session, verified->user) || verified->password.len == 0 || !verified->outdated)
		return;
	if (lbr_password_normalise(&verified->password, &normal) == LBR_OK)
		rehash(session, &normal);
	lbr_secret_wipe(&normal);
}
