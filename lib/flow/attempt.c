/* One attempt, from the typed answers to the committed decision. */
#include <liberations/attempt.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/answer.h>
#include <liberations/decoy.h>
#include <liberations/notice.h>
#include <liberations/origin.h>
#include <liberations/password.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#include "attempt_hint.h"
#include "stand_in.h"

/* The state that one attempt carries from step to step. */
struct course {
	const struct lbr_keyring  *keyring;
	const struct lbr_settings *settings;
	const struct lbr_attempt  *attempt;
	struct lbr_view            view;
	struct lbr_evidence        evidence;
	struct lbr_decision        decision;
	struct lbr_stand_in        stand_in;
	char                       made[LBR_HASH_MAX]; /* of the password, with the account's salt */
	int64_t                    last_sign_in_s; /* before this attempt */
	bool                       has_turn;
};

void lbr_outcome_wipe(struct lbr_outcome *outcome)
{
	lbr_wipe(outcome, sizeof(*outcome));
}

/* Called as soon as the hash is done, and once more at the end for the paths that ended before it. */
static void give_back_turn(struct course *course)
{
	if (course->has_turn)
		lbr_admission_leave(course->attempt->admission);
	course->has_turn = false;
}

static const struct lbr_account *judged_account(const struct course *course)
{
	return course->view.known ? &course->view.account : &course->stand_in.account;
}

bool lbr_account_is_of_another(const struct lbr_account *account, const struct lbr_name_owner *owner)
{
	if (!owner->told || !account->has_uid)
		return false;
	return !owner->exists || owner->uid != account->uid;
}

/* Whether an answer can be right at all. */
static bool is_possible(const struct course *course)
{
	return course->view.known && !course->attempt->unreadable &&
	       !lbr_account_is_of_another(&course->view.account, &course->attempt->owner);
}

/* Does the work of the policy's hash, whatever the account is, whatever hash it has and whatever was typed. */
static void attempt_judge_password(struct course *course)
{
	const struct lbr_account *account = judged_account(course);
	struct lbr_secret normal = {0}, temporary = {0};
	bool readable = !course->attempt->unreadable && course->attempt->password->len > 0;
	bool right;

	if (lbr_password_normalise(course->attempt->password, &normal) != LBR_OK)
		readable = false;
	lbr_password_read_temporary(&normal, &temporary);
	right = lbr_password_try(account->password_kind == LBR_PASSWORD_TEMPORARY ? &temporary : &normal, account->password_hash,
	                         course->settings->hash_cost, course->made);
	lbr_secret_wipe(&normal);
	lbr_secret_wipe(&temporary);
	course->evidence.password_right = right && readable && is_possible(course);
	course->evidence.impossible = course->evidence.factors != LBR_FACTORS_TOKEN && !readable;
}

/* Makes one token check, under the same rule. */
static enum lbr_error attempt_judge_code(struct course *course, struct lbr_reason *reason)
{
	const struct lbr_account *account = judged_account(course);
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	const char *keyed_name = lbr_account_keyed_name(account);
	enum lbr_error error = lbr_token_unseal(course->keyring, keyed_name, &account->token, key);
	int64_t step = lbr_token_match(key, course->attempt->code, lbr_token_step(course->view.now_s), course->settings->window);
	bool possible = is_possible(course);
	unsigned recovery;

	lbr_wipe(key, sizeof(key));
	recovery = lbr_recovery_match(course->keyring, account, course->attempt->code);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, course->view.account.name, LBR_WHY(TOKEN_NOT_UNSEALED));
	course->evidence.step = possible ? step : 0;
	course->evidence.recovery = possible && step == 0 ? recovery : 0;
	course->evidence.code_empty = course->attempt->code->len == 0 && !course->attempt->unreadable;
	course->evidence.impossible |= course->attempt->unreadable;
	course->evidence.impossible |= lbr_answer_lacks_code(course->attempt->factors, course->attempt->code);
	course->evidence.origin = lbr_origin_of(course->keyring, keyed_name, course->attempt->place);
	course->evidence.answer = lbr_answer_mark(course->keyring, keyed_name, course->evidence.factors, course->made,
	                                          course->attempt->code);
	if (course->view.known && lbr_account_is_of_another(account, &course->attempt->owner))
		course->evidence.answer = 0; /* it may be right as soon as the account is somebody's again */
	return LBR_OK;
}

/* A decoy catches up with what it lived through. The same is computed for an account, and thrown away. */
static void live(const struct course *course, struct lbr_view *view)
{
	struct lbr_counters unused = view->counters;

	lbr_decoy_live(view->known ? &unused : &view->counters, course->keyring, view->account.name, course->settings, view->now_s);
}

static enum lbr_notice_kind notice_of(enum lbr_event event)
{
	switch (event) {
	case LBR_EVENT_RECOVERY_USED:
		return LBR_NOTICE_RECOVERY_USED;
	case LBR_EVENT_PASSWORD_KNOWN:
		return LBR_NOTICE_PASSWORD_KNOWN;
	case LBR_EVENT_LOCKED:
		return LBR_NOTICE_LOCKED;
	case LBR_EVENT_NONE:
	case LBR_EVENT_CLOCK:
		break;
	}
	return LBR_NOTICE_KINDS; /* none */
}

/* The attempt counts, and is judged, on what is stored at this moment. What the person should hear of goes into the same commit: a
 * write of its own would tell others that it happened. A decoy locks as well, and nobody needs to hear of that. */
static enum lbr_error decide(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct course *course = context;

	(void)reason;
	if (!view->known)
		(void)lbr_stand_in_read(&course->stand_in, course->keyring);
	live(course, view);
	course->last_sign_in_s = view->counters.last_sign_in_s;
	course->decision = lbr_decide(&view->account, &view->counters, &course->evidence, course->settings, view->now_s);
	view->counters = course->decision.counters;
	lbr_notice_raise(&view->counters, view->known ? notice_of(course->decision.event) : LBR_NOTICE_KINDS, view->now_s,
	                 course->attempt->service, course->attempt->rhost);
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static bool is_refusal(enum lbr_verdict verdict)
{
	return verdict == LBR_DENY || verdict == LBR_DENY_WAIT || verdict == LBR_DENY_LOCKED || verdict == LBR_DENY_USED_CODE;
}

/* Makes the decision durable before it is announced. */
static enum lbr_error attempt_settle(struct course *course, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_store_commit(&course->view, decide, course, reason);

	if (error != LBR_OK)
		return error;
	outcome->account = course->view.account;
	outcome->event = course->decision.event;
	outcome->lane = course->decision.lane;
	outcome->wait_s = course->decision.wait_s;
	outcome->next_try_s = course->decision.counters.lanes[course->decision.lane].next_try_s;
	outcome->last_sign_in_s = course->last_sign_in_s;
	outcome->step = course->evidence.step;
	outcome->password_right = course->evidence.password_right;
	outcome->code_right = course->evidence.step > 0 || course->evidence.recovery > 0;
	outcome->code_fresh = course->decision.code_fresh;
	outcome->uncounted = course->decision.uncounted;
	outcome->shut_s = course->decision.shut_s;
	outcome->is_recovery = course->evidence.recovery > 0;
	outcome->recovery_left = lbr_recovery_left(&course->view.account, &course->view.counters);
	outcome->verdict = course->decision.verdict;
	if (is_refusal(outcome->verdict))
		outcome->clock_s = lbr_hint_of_clock(course->keyring, judged_account(course), course->attempt->code,
		                                     course->view.now_s);
	return LBR_OK;
}

static enum lbr_error run_loaded(struct course *course, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	enum lbr_error error;

	course->evidence.known = course->view.known;
	course->evidence.factors = course->attempt->factors;
	course->evidence.at_console = course->attempt->at_console;
	outcome->known = course->view.known;
	outcome->of_another = course->view.known && lbr_account_is_of_another(&course->view.account, &course->attempt->owner);
	attempt_judge_password(course);
	give_back_turn(course);
	error = attempt_judge_code(course, reason);
	return error == LBR_OK ? attempt_settle(course, outcome, reason) : error;
}

/* Unknown or unreadable: the same work on a decoy, so that the difference does not show. The first fault is the one reported. */
static enum lbr_error run_decoy(struct course *course, struct lbr_store *store, enum lbr_error fault, struct lbr_outcome *outcome,
                                struct lbr_reason *reason)
{
	struct lbr_reason unseen = {.text = ""};
	enum lbr_error error = lbr_store_load_decoy(store, course->attempt->name, &course->view, &unseen);

	if (error == LBR_OK)
		error = lbr_stand_in_read(&course->stand_in, course->keyring);
	if (error == LBR_OK)
		error = run_loaded(course, outcome, &unseen);
	outcome->absent = fault == LBR_ERR_ABSENT && error == LBR_OK;
	if (fault == LBR_ERR_ABSENT && error != LBR_OK && reason != NULL)
		*reason = unseen;
	return fault == LBR_ERR_ABSENT ? error : fault;
}

static enum lbr_error run(struct course *course, struct lbr_store *store, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_store_load(store, course->attempt->name, &course->view, reason);

	return error == LBR_OK ? run_loaded(course, outcome, reason) : run_decoy(course, store, error, outcome, reason);
}

enum lbr_error lbr_attempt_run(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                               const struct lbr_attempt *attempt, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	struct course course = {.keyring = keyring, .settings = settings, .attempt = attempt};
	enum lbr_error error;

	lbr_outcome_wipe(outcome);
	error = lbr_admission_enter(attempt->admission, reason);
	if (error != LBR_OK)
		return error;
	course.has_turn = true;
	error = lbr_stand_in_make(&course.stand_in, keyring, settings->hash_cost);
	if (error != LBR_OK)
		(void)lbr_fail(reason, error, LBR_WHY(PASSWORD_NOT_JUDGED), lbr_error_name(error));
	else
		error = run(&course, store, outcome, reason);
	give_back_turn(&course);
	lbr_wipe(course.made, sizeof(course.made));
	lbr_view_release(&course.view);
	outcome->unavailable = error == LBR_ERR_UNREACHABLE || error == LBR_ERR_UNKNOWN;
	if (error != LBR_OK || !outcome->known)
		outcome->verdict = LBR_DENY;
	return error;
}
