/* Why an attempt was refused, for root: what each part was, and whether it counted. The person hears none of this. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "log.h"

/* Only a right temporary password comes to its end here: a wrong one says nothing about the invitation. */
static bool is_ended_invitation(const struct lbr_outcome *outcome)
{
	return outcome->password_right && outcome->account.password_kind == LBR_PASSWORD_TEMPORARY &&
	       lbr_now_s() > outcome->account.invited_until_s;
}

static const char *password_alone(const struct lbr_outcome *outcome)
{
	return outcome->password_right ? "correct password" : "wrong password";
}

static const char *code_alone(const struct lbr_outcome *outcome)
{
	if (!outcome->code_right)
		return "wrong code";
	if (outcome->account.password_kind == LBR_PASSWORD_TEMPORARY)
		return "correct code, but the first sign-in must come first";
	return outcome->code_fresh ? "correct code" : "this code was already used";
}

static const char *both(const struct lbr_outcome *outcome)
{
	if (!outcome->password_right)
		return outcome->code_right ? "wrong password" : "wrong password and no correct code";
	if (!outcome->code_right)
		return "wrong code";
	if (!outcome->code_fresh)
		return outcome->is_recovery ? "correct password, but this recovery code was already used"
		                            : "correct password, but this code was already used";
	return outcome->is_recovery ? "correct password and recovery code" : "correct password and code";
}

static const char *parts(const struct lbr_session *session, const struct lbr_outcome *outcome)
{
	if (!outcome->known)
		return "no such account";
	if (outcome->account.disabled)
		return "the account is disabled";
	if (is_ended_invitation(outcome))
		return "the temporary password has expired";
	switch (session->factors) {
	case LBR_FACTORS_PASSWORD:
		return password_alone(outcome);
	case LBR_FACTORS_TOKEN:
		return code_alone(outcome);
	case LBR_FACTORS_BOTH:
		break;
	}
	return both(outcome);
}

void lbr_log_refusal_write(const struct lbr_session *session, const struct lbr_outcome *outcome, char *ret, size_t size)
{
	const char *counted = outcome->uncounted == LBR_COUNTED ? "counted" : "not counted";
	const char *overruled = session->overruled
		? "; both parts are judged for a caller that is not root, whatever factors= says: liberations-agent(8)" : "";
	char shut[80] = "";

	if (outcome->known && outcome->of_another) {
		(void)snprintf(ret, size, "%s", LBR_OF_ANOTHER);
		return;
	}
	/* A name that nobody has waits as an account does, and that is no news about anybody. */
	if (outcome->known && outcome->shut_s == UINT_MAX)
		(void)snprintf(shut, sizeof(shut), "; locked, %s: `liberations unlock`", counted);
	else if (outcome->known && outcome->shut_s > 0)
		(void)snprintf(shut, sizeof(shut), "; throttled for %u s after failures, %s", outcome->shut_s, counted);
	(void)snprintf(ret, size, "refused: %s%s%s", parts(session, outcome), shut, overruled);
}
