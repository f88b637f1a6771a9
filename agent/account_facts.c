/* What a page about an account shows, sent with the reply that allows it. */
#include <stdbool.h>
#include <stdint.h>

#include <liberations/account_standing.h>
#include <liberations/recovery.h>

#include "session.h"

/* Whether this dialogue verified the account's owner: lately, or for the change that it has just made. */
static bool is_owners(const struct lbr_session *session)
{
	enum lbr_request_kind kind = session->request.kind;
	bool changed = session->reply.changed || kind == LBR_REQUEST_REPLACE_TOKEN;

	if (kind != LBR_REQUEST_ACCOUNT && kind != LBR_REQUEST_CHANGE && kind != LBR_REQUEST_REPLACE_TOKEN)
		return false;
	return lbr_is_verified(session, session->request.user) || (changed && session->verified.yes);
}

static int64_t date(int64_t seconds)
{
	return seconds > 0 && seconds < INT64_MAX ? seconds : 0;
}

static enum lbr_error fill(const struct lbr_session *session, const struct lbr_view *view, struct lbr_account_facts *facts)
{
	const struct lbr_account *account = &view->account;

	facts->expires_s = date(lbr_password_expires_at(account->password_set_s, session->settings->max_age));
	facts->changeable_s = date(account->password_set_s + session->settings->min_age_s);
	facts->last_sign_in_s = date(session->last_sign_in_s);
	facts->recovery_left = lbr_recovery_left(account, &view->counters);
	facts->language = account->language;
	return lbr_account_standing(session->keyring, account, facts->standing);
}

void lbr_add_facts(struct lbr_session *session)
{
	struct lbr_reply *reply = &session->reply;
	struct lbr_view view;

	if (!session->hello.structured || reply->status != LBR_STATUS_ALLOW || !is_owners(session))
		return;
	if (lbr_store_load(session->store, session->request.user, &view, NULL) == LBR_OK &&
	    view.account.generation == session->verified.generation && !view.account.disabled)
		reply->has_facts = fill(session, &view, &reply->facts) == LBR_OK;
	lbr_view_release(&view);
}
