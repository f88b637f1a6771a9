/* What follows from an account and its counters. */
#include "facts.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <liberations/decide.h>

int64_t cli_facts_end(const struct lbr_account *account, const struct lbr_settings *settings)
{
	if (account->password_kind == LBR_PASSWORD_TEMPORARY)
		return account->invited_until_s;
	if (account->must_change)
		return 0;
	return lbr_password_expires_at(account->password_set_s, settings->max_age);
}

struct lane_facts cli_facts_lane(const struct lbr_counters *counters, enum lbr_lane lane,
                                 const struct lbr_settings *settings, int64_t now_s)
{
	const struct lbr_lane_counters *counted = &counters->lanes[lane];
	struct lane_facts facts = { counted->password_failures, counted->code_failures, 0, false };
	unsigned wait_s = 0;

	if (lbr_is_throttled(counters, lane, settings, now_s, &wait_s)) {
		facts.locked = wait_s == UINT_MAX;
		facts.wait_s = facts.locked ? 0 : wait_s;
	}
	return facts;
}

const char *cli_facts_password(const struct lbr_account *account)
{
	return account->password_kind == LBR_PASSWORD_OWN ? "own" : "temporary";
}

const char *cli_facts_token(const struct lbr_account *account)
{
	return account->token_kind == LBR_TOKEN_CONFIRMED ? "confirmed" : "pending";
}
