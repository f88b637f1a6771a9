/* Why an attempt was refused, for root: what each part was, and whether it counted, so that a help desk can answer. The person
 * hears one refusal for all of this. What only a right password could tell is said with a right password alone. */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "log.h"

#define MOMENT_MAX 32

/* Only a right temporary password comes to its end here: a wrong one says nothing about the invitation. */
static bool is_ended_invitation(const struct lbr_outcome *outcome, int64_t now_s)
{
	return outcome->password_right && outcome->account.password_kind == LBR_PASSWORD_TEMPORARY &&
	       now_s > outcome->account.invited_until_s;
}

/* An empty token is as it should be behind a temporary password. */
static const char *no_code(const struct lbr_outcome *outcome)
{
	bool begins = outcome->password_right && outcome->account.password_kind == LBR_PASSWORD_TEMPORARY;

	return begins ? "correct temporary password" : "no code at all";
}

static const char *wrong_code(const struct lbr_attempt *attempt, const struct lbr_outcome *outcome, char *text, size_t size)
{
	long long away_s = outcome->clock_s;

	if (attempt->code->len == 0)
		return no_code(outcome);
	if (outcome->account.token_kind == LBR_TOKEN_PENDING)
		return "the token is not set up: it must be left empty";
	if (away_s == 0)
		return "wrong code";
	(void)snprintf(text, size, "wrong code: the phone is %lld s %s", away_s < 0 ? -away_s : away_s,
	               away_s < 0 ? "slow" : "fast");
	return text;
}

/* Of a token alone: of somebody invited it opens nothing by itself. */
static const char *right_code(const struct lbr_outcome *outcome, int64_t now_s)
{
	const struct lbr_account *account = &outcome->account;

	if (account->token_kind == LBR_TOKEN_PENDING)
		return "correct code, but the token is not set up: it must be left empty";
	if (account->password_kind == LBR_PASSWORD_TEMPORARY && now_s > account->invited_until_s)
		return "correct code, but the temporary password has expired";
	if (outcome->code_fresh)
		return outcome->is_recovery ? "correct recovery code" : "correct code";
	return outcome->is_recovery ? "this recovery code was already used" : "this code was already used";
}

static const char *both(const struct lbr_outcome *outcome)
{
	if (!outcome->code_fresh)
		return outcome->is_recovery ? "correct password, but this recovery code was already used"
		                            : "correct password, but this code was already used";
	return outcome->is_recovery ? "correct password and recovery code" : "correct password and code";
}

static const char *parts(const struct lbr_session *session, const struct lbr_attempt *attempt, const struct lbr_outcome *outcome,
                         char *text, size_t size)
{
	int64_t now_s = lbr_store_now_s(session->store);

	if (!outcome->known)
		return "no such account";
	if (outcome->account.disabled)
		return "the account is disabled";
	if (is_ended_invitation(outcome, now_s))
		return "the temporary password has expired";
	if (session->factors == LBR_FACTORS_PASSWORD)
		return outcome->password_right ? "correct password" : "wrong password";
	if (session->factors == LBR_FACTORS_BOTH && !outcome->password_right)
		return outcome->code_right ? "wrong password" : "wrong password and no correct code";
	if (!outcome->code_right)
		return wrong_code(attempt, outcome, text, size);
	return session->factors == LBR_FACTORS_BOTH ? both(outcome) : right_code(outcome, now_s);
}

static void tell_moment(int64_t at_s, char *text, size_t size)
{
	time_t moment = (time_t)at_s;
	struct tm broken_down;

	if (gmtime_r(&moment, &broken_down) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &broken_down) == 0)
		(void)snprintf(text, size, "%lld", (long long)at_s);
}

/* An unknown name waits as an account does, which is not worth a word in the log. */
static void tell_shut(const struct lbr_outcome *outcome, char *text, size_t size)
{
	const char *counted = outcome->uncounted == LBR_COUNTED ? "counted" : "not counted";
	char moment[MOMENT_MAX];

	text[0] = '\0';
	if (!outcome->known || outcome->shut_s == 0)
		return;
	tell_moment(outcome->next_try_s, moment, sizeof(moment));
	if (outcome->shut_s == UINT_MAX)
		(void)snprintf(text, size, "locked, %s: ", counted);
	else
		(void)snprintf(text, size, "waiting, %s, until %s: ", counted, moment);
}

static const char *tell_uncounted(const struct lbr_outcome *outcome)
{
	switch (outcome->uncounted) {
	case LBR_UNCOUNTED_REPEATED:
		return "; not counted: the same wrong answer as before";
	case LBR_UNCOUNTED_NO_GUESS:
		return "; not counted: such an answer can never be right";
	case LBR_COUNTED:
	case LBR_UNCOUNTED_WAITING:
	case LBR_UNCOUNTED_LOCKED:
		break;
	}
	return "";
}

void lbr_log_describe(const struct lbr_session *session, const struct lbr_attempt *attempt, const struct lbr_outcome *outcome,
                      char *ret, size_t size)
{
	const char *overruled = session->overruled
		? "; both parts are judged for a caller that is not root, whatever factors= says: liberations-agent(8)" : "";
	bool wrong_password = session->factors != LBR_FACTORS_TOKEN && !outcome->password_right && !outcome->of_another;
	char shut[2 * MOMENT_MAX], text[64];
	struct lbr_reason resembling;
	const char *looks = lbr_log_looks_like(session, attempt); /* always: /proc tells every user the pages it touches */

	lbr_log_find_resembling(session, outcome, &resembling);
	if (outcome->known && outcome->of_another) {
		(void)snprintf(ret, size, "%s", LBR_OF_ANOTHER);
		return;
	}
	tell_shut(outcome, shut, sizeof(shut));
	(void)snprintf(ret, size, "refused: %s%s%s%s%s%s%s", shut, parts(session, attempt, outcome, text, sizeof(text)),
	               resembling.text[0] != '\0' ? "; " : "", resembling.text,
	               wrong_password ? looks : "",
	               shut[0] == '\0' ? tell_uncounted(outcome) : "", overruled);
}
