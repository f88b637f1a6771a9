/* What the agent remembers within one connection: that it verified this person itself a short while ago. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/password.h>

#include "session.h"

void lbr_remember(struct lbr_session *session, const struct lbr_account *account, bool whole, const struct lbr_secret *password)
{
	struct lbr_verified *verified = &session->verified;

	lbr_forget(session);
	if (password != NULL)
		verified->password = *password;
	(void)snprintf(verified->user, sizeof(verified->user), "%s", account->name);
	verified->generation = account->generation;
	verified->outdated = lbr_password_is_outdated(account->password_hash, session->settings->hash_cost);
	verified->whole = whole;
	verified->language = session->language;
	verified->at_ms = lbr_monotonic_ms();
	verified->yes = true;
	session->proven = true;
}

void lbr_forget(struct lbr_session *session)
{
	lbr_wipe(&session->verified, sizeof(session->verified));
}

bool lbr_is_verified(const struct lbr_session *session, const char *user)
{
	const struct lbr_verified *verified = &session->verified;

	return verified->yes && strcmp(verified->user, user) == 0 &&
	       lbr_monotonic_ms() - verified->at_ms <= LBR_VERIFIED_MS;
}
