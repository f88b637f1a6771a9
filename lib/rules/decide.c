/* The verdict. Read include/liberations/decide.h first: it lists the five MUSTs. */
#include <liberations/decide.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <liberations/answer.h>
#include <liberations/origin.h>
#include <liberations/recovery.h>

#include "throttle.h"

#define TELL_FAILURES 3     /* wrong codes after a right password before a notice is raised */

/* What the evidence proves, for this account and this service. */
struct finding {
	bool password; /* right, or not asked for by this service */
	bool code;     /* matches a step, or not asked for */
	bool fresh;    /* that step is newer than the last accepted one, or that recovery code unused */
	bool invited;  /* the password is temporary */
	bool half;     /* the right code of somebody invited, where the token alone was asked for: the password is to come */
};

static bool is_current(const struct lbr_account *account, int64_t now_s)
{
	return account->password_kind == LBR_PASSWORD_TEMPORARY && now_s <= account->invited_until_s;
}

static struct finding find(const struct lbr_account *account, const struct lbr_counters *counters,
                           const struct lbr_evidence *evidence, int64_t now_s)
{
	struct finding finding = {.password = false};
	bool password_right = evidence->password_right;
	bool recovery;

	if (!evidence->known)
		return finding;
	finding.invited = account->password_kind == LBR_PASSWORD_TEMPORARY;
	if (finding.invited && !is_current(account, now_s))
		password_right = false;
	finding.password = evidence->factors == LBR_FACTORS_TOKEN ? !finding.invited : password_right;
	/* A recovery code proves nothing about a token that was never confirmed. */
	recovery = evidence->recovery > 0 && account->token_kind == LBR_TOKEN_CONFIRMED;
	finding.code = evidence->step > 0 || recovery;
	if (evidence->factors == LBR_FACTORS_PASSWORD)
		finding.code = !finding.invited;
	finding.fresh = recovery ? lbr_recovery_is_unused(account, counters, evidence->recovery)
	                         : evidence->step > counters->last_step;
	finding.half = finding.code && evidence->factors == LBR_FACTORS_TOKEN && is_current(account, now_s) &&
	               account->token_kind == LBR_TOKEN_CONFIRMED;
	return finding;
}

static struct lbr_lane_counters *lane_of(struct lbr_decision *decision)
{
	return &decision->counters.lanes[decision->lane];
}

/* MUST 4: a right password clears only its own failures. An attempt that comes this far found no wait running. */
static void clear_password(struct lbr_lane_counters *lane, const struct lbr_evidence *evidence)
{
	if (evidence->factors == LBR_FACTORS_TOKEN)
		return;
	lane->password_failures = 0;
	lane->next_try_s = 0;
}

static void clear_for_sign_in(struct lbr_lane_counters *lane, enum lbr_factors factors)
{
	/* With the token alone, the password was judged by another module or not at all: its failures stay. */
	if (factors == LBR_FACTORS_BOTH)
		lane->password_failures = 0;
	lane->code_failures = 0;
	lane->next_try_s = 0;
}

/* Uses up what was typed as the code. */
static void spend(struct lbr_decision *decision, const struct lbr_evidence *evidence)
{
	if (evidence->recovery > 0) {
		decision->counters.recovery_used |= 1u << (evidence->recovery - 1);
		decision->event = LBR_EVENT_RECOVERY_USED;
	} else {
		decision->counters.last_step = evidence->step;
	}
}

/* Refuses whatever was typed, without counting it and without prolonging the wait: otherwise a mail program that remembers
 * an old code would lock the person out within a minute. But a right code from the phone is used up, and only a fresh one
 * reveals that both parts were right. A right code with a wrong password is counted, since those guesses do get an answer
 * here. A recovery code grants nothing here, gets no answer and stays valid. */
static void refuse_throttled(struct lbr_decision *decision, const struct finding *finding,
                             const struct lbr_evidence *evidence, const struct lbr_account *account,
                             const struct lbr_settings *settings, unsigned wait_s)
{
	struct lbr_lane_counters *lane = lane_of(decision);
	bool was_open = lbr_lane_worst(lane) < settings->lock_after;
	bool step_fresh = evidence->step > decision->counters.last_step && evidence->factors != LBR_FACTORS_PASSWORD;
	bool fresh_code = finding->code && step_fresh;

	decision->uncounted = was_open ? LBR_UNCOUNTED_WAITING : LBR_UNCOUNTED_LOCKED;
	if (evidence->factors == LBR_FACTORS_BOTH && evidence->known && evidence->step > 0 && !finding->password) {
		lbr_failure_count(&lane->password_failures);
		lbr_answer_remember(&decision->counters, evidence->answer);
		decision->uncounted = LBR_COUNTED;
	}
	if (was_open && lbr_lane_worst(lane) >= settings->lock_after)
		decision->event = LBR_EVENT_LOCKED;
	if (fresh_code)
		spend(decision, evidence);
	if (!finding->password || !fresh_code || account->disabled)
		return;
	decision->verdict = wait_s == UINT_MAX ? LBR_DENY_LOCKED : LBR_DENY_WAIT;
	decision->wait_s = wait_s == UINT_MAX ? 0 : wait_s;
}

/* A part that was typed does not belong to this account. What is merely too soon or too late for it may become right. */
static bool is_wrong(const struct lbr_evidence *evidence)
{
	bool has_code = evidence->step > 0 || evidence->recovery > 0 || evidence->code_empty;

	return (evidence->factors != LBR_FACTORS_TOKEN && !evidence->password_right) ||
	       (evidence->factors != LBR_FACTORS_PASSWORD && !has_code);
}

/* One failure for each part that the service asks for, and the wait that those earn which a right password leaves. */
static void refuse(struct lbr_decision *decision, const struct finding *finding, const struct lbr_evidence *evidence,
                   const struct lbr_settings *settings, int64_t now_s)
{
	struct lbr_lane_counters *lane = lane_of(decision);

	lbr_lane_count(lane, evidence->factors);
	if (is_wrong(evidence))
		lbr_answer_remember(&decision->counters, evidence->answer);
	if (finding->password && evidence->known)
		clear_password(lane, evidence);
	lbr_lane_earn_wait(lane, evidence->factors, now_s);
	if (lbr_lane_worst(lane) == settings->lock_after)
		decision->event = LBR_EVENT_LOCKED;
	else if (finding->password && !evidence->code_empty && evidence->factors == LBR_FACTORS_BOTH &&
	         lane->code_failures >= TELL_FAILURES)
		decision->event = LBR_EVENT_PASSWORD_KNOWN;
}

/* Password and code are right, but this code was used before. Not a failure; only its owner is told. */
static void refuse_used_code(struct lbr_decision *decision, const struct lbr_evidence *evidence,
                             const struct lbr_settings *settings, int64_t now_s)
{
	clear_password(lane_of(decision), evidence);
	decision->verdict = LBR_DENY_USED_CODE;
	if (decision->counters.last_step > now_s / 30 + settings->window)
		decision->event = LBR_EVENT_CLOCK;
}

/* The temporary password is right: the missing steps follow in the same dialogue. */
static void go_on_enrolling(struct lbr_decision *decision, const struct lbr_account *account,
                            const struct lbr_evidence *evidence)
{
	clear_password(lane_of(decision), evidence);
	if (evidence->step == 0 && evidence->recovery == 0) {
		decision->verdict = LBR_ENROLL;
		return;
	}
	/* The first code of a pending token is accepted by the commit that confirms it, not before. */
	if (account->token_kind == LBR_TOKEN_CONFIRMED)
		spend(decision, evidence);
	decision->verdict = LBR_CHOOSE;
}

static void allow(struct lbr_decision *decision, const struct lbr_evidence *evidence, int64_t now_s)
{
	if (evidence->factors == LBR_FACTORS_PASSWORD) {
		clear_password(lane_of(decision), evidence);
	} else {
		spend(decision, evidence);
		clear_for_sign_in(lane_of(decision), evidence->factors);
	}
	lbr_origin_remember(&decision->counters, evidence->origin);
	decision->counters.last_sign_in_s = now_s;
	decision->verdict = LBR_ALLOW;
}

/* The start of a decision: refused, in its lane, and a wait that a clock set back made endless is cut. */
static struct lbr_decision begin(const struct lbr_counters *counters, const struct lbr_evidence *evidence, int64_t now_s)
{
	struct lbr_decision decision = {.verdict = LBR_DENY, .counters = *counters, .event = LBR_EVENT_NONE};
	struct lbr_lane_counters *lane;

	decision.lane = lbr_origin_lane(counters, evidence->at_console, evidence->origin);
	lane = lane_of(&decision);
	if (lane->next_try_s > now_s + LBR_LONGEST_DELAY_S)
		lane->next_try_s = now_s + LBR_LONGEST_DELAY_S;
	return decision;
}

/* Nobody comes in with such an answer, so it tells nothing and proves no malice: somebody pressed Enter, or a program lacks a
 * field. An empty code is a guess at a temporary password alone. */
static bool is_guess(const struct lbr_account *account, const struct lbr_evidence *evidence, int64_t now_s)
{
	bool invited = evidence->known && account->password_kind == LBR_PASSWORD_TEMPORARY;

	if (evidence->impossible || (invited && evidence->password_right && now_s > account->invited_until_s))
		return false;
	return !evidence->code_empty || evidence->factors == LBR_FACTORS_PASSWORD || invited;
}

/* The same answer again would be one more guess if it could become right: a code does, once in a million steps. So it stays
 * wrong. */
static bool is_settled(struct lbr_decision *decision, const struct lbr_account *account, const struct lbr_evidence *evidence,
                       int64_t now_s)
{
	if (!is_guess(account, evidence, now_s)) {
		decision->uncounted = LBR_UNCOUNTED_NO_GUESS;
	} else if (lbr_answer_is_repeated(&decision->counters, evidence->answer)) {
		lbr_answer_remember(&decision->counters, evidence->answer);
		decision->uncounted = LBR_UNCOUNTED_REPEATED;
	}
	return decision->uncounted != LBR_COUNTED;
}

struct lbr_decision lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                               const struct lbr_evidence *evidence, const struct lbr_settings *settings, int64_t now_s)
{
	struct lbr_decision decision = begin(counters, evidence, now_s);
	struct finding finding = find(account, counters, evidence, now_s);
	bool asks_code = evidence->factors != LBR_FACTORS_PASSWORD || finding.invited;
	bool code_to_come = finding.invited && evidence->code_empty;
	bool is_shut = lbr_is_throttled(counters, decision.lane, settings, now_s, &decision.shut_s);

	decision.code_fresh = finding.code && finding.fresh;
	if (is_settled(&decision, account, evidence, now_s))
		return decision;
	if (is_shut)
		refuse_throttled(&decision, &finding, evidence, account, settings, decision.shut_s);
	else if (!evidence->known || account->disabled || (!finding.password && !finding.half) || (!finding.code && !code_to_come))
		refuse(&decision, &finding, evidence, settings, now_s);
	else if (!finding.invited && account->token_kind != LBR_TOKEN_CONFIRMED)
		refuse(&decision, &finding, evidence, settings, now_s);
	else if (asks_code && finding.code && !finding.fresh)
		refuse_used_code(&decision, evidence, settings, now_s);
	else if (finding.half)
		decision.verdict = LBR_ASK_TEMPORARY;
	else if (finding.invited)
		go_on_enrolling(&decision, account, evidence);
	else
		allow(&decision, evidence, now_s);
	return decision;
}
