/* One attempt, from the typed answers to the committed decision. */
#include <liberations/attempt.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/password.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

/* The state that one attempt carries from step to step. */
struct course {
	struct lbr_store           *store;
	const struct lbr_keyring      *keyring;
	const struct lbr_settings  *settings;
	const struct lbr_attempt   *attempt;
	struct lbr_locked_account             locked;
	struct lbr_evidence         evidence;
	bool                        has_turn;
};

/* Called as soon as the hash is done, and once more at the end for the paths that ended before it. */
static void give_back_turn(struct course *course)
{
	if (course->has_turn)
		lbr_admission_leave(course->attempt->admission);
	course->has_turn = false;
}

void lbr_outcome_wipe(struct lbr_outcome *outcome)
{
	lbr_wipe(outcome, sizeof(*outcome));
}

/* Computes one password hash, whatever the account is and whatever was typed. */
static enum lbr_error attempt_judge_password(struct course *course)
{
	const struct lbr_account *account = &course->locked.account;
	struct lbr_secret normal = {0};
	char decoy[LBR_HASH_MAX];
	const char *hash = account->password_hash;
	bool possible = course->locked.known && !course->attempt->unreadable && course->attempt->password->len > 0;
	bool right;
	enum lbr_error error;

	error = lbr_password_decoy(course->settings->hash_cost, decoy);
	if (error != LBR_OK)
		return error;
	if (!course->locked.known)
		hash = decoy;
	if (lbr_password_normalise(course->attempt->password, &normal) != LBR_OK)
		possible = false;
	right = lbr_password_matches(&normal, hash);
	lbr_secret_wipe(&normal);
	course->evidence.password_right = right && possible;
	return LBR_OK;
}

/* Makes one token check, under the same rule. */
static enum lbr_error attempt_judge_code(struct course *course, struct lbr_reason *reason)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	enum lbr_error error = LBR_OK;
	int64_t step;
	unsigned recovery;
	bool possible;

	if (course->locked.known)
		error = lbr_token_unseal(course->keyring, course->locked.account.name, &course->locked.account.token, key);
	step = lbr_token_match(key, course->attempt->code, lbr_token_step(course->attempt->now_s), course->settings->window);
	lbr_wipe(key, sizeof(key));
	recovery = lbr_recovery_match(course->keyring, &course->locked.account, course->attempt->code);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, course->locked.account.name, LBR_WHY(TOKEN_NOT_UNSEALED));
	possible = course->locked.known && !course->attempt->unreadable;
	course->evidence.step = possible ? step : 0;
	course->evidence.recovery = possible && step == 0 ? recovery : 0;
	course->evidence.code_empty = course->attempt->code->len == 0 && !course->attempt->unreadable;
	return LBR_OK;
}

/* Decides under the lock on the current state, and makes the decision durable before it is announced. */
static enum lbr_error attempt_settle(struct course *course, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	struct lbr_decision decision;
	enum lbr_error error;

	error = lbr_account_relock(&course->locked, reason);
	if (error != LBR_OK)
		return error;
	decision = lbr_decide(&course->locked.account, &course->locked.counters, &course->evidence, course->settings,
	                      course->attempt->now_s);
	course->locked.counters = decision.counters;
	error = lbr_account_commit_counters(&course->locked, reason);
	lbr_account_unlock(&course->locked);
	if (error != LBR_OK)
		return error;
	outcome->event = decision.event;
	outcome->lane = decision.lane;
	outcome->wait_s = decision.wait_s;
	outcome->step = course->evidence.step;
	outcome->password_right = course->evidence.password_right;
	outcome->code_right = course->evidence.step > 0 || course->evidence.recovery > 0;
	outcome->is_recovery = course->evidence.recovery > 0;
	outcome->recovery_left = lbr_recovery_left(&course->locked.account, &decision.counters);
	outcome->verdict = decision.verdict;
	return LBR_OK;
}

static enum lbr_error run_held(struct course *course, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	enum lbr_error error;

	course->evidence.known = course->locked.known;
	course->evidence.factors = course->attempt->factors;
	course->evidence.at_console = course->attempt->at_console;
	course->evidence.origin = course->attempt->origin;
	lbr_account_unlock(&course->locked);
	error = attempt_judge_password(course);
	give_back_turn(course);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(PASSWORD_NOT_JUDGED), lbr_error_name(error));
	error = attempt_judge_code(course, reason);
	if (error != LBR_OK)
		return error;
	outcome->known = course->locked.known;
	outcome->account = course->locked.account;
	return attempt_settle(course, outcome, reason);
}

enum lbr_error lbr_attempt_run(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                               const struct lbr_attempt *attempt, struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	struct course course = {.store = store, .keyring = keyring, .settings = settings, .attempt = attempt};
	struct lbr_reason unseen;
	enum lbr_error error, fault;

	lbr_outcome_wipe(outcome);
	error = lbr_admission_enter(attempt->admission, reason);
	if (error != LBR_OK)
		return error;
	course.has_turn = true;
	fault = lbr_account_lock(store, attempt->name, &course.locked, reason);
	if (fault == LBR_OK) {
		error = run_held(&course, outcome, reason);
	} else {
		/* Unknown or unreadable: do the same work on a decoy, so that the difference does not show. The first
		 * fault is the one reported. */
		error = lbr_account_lock_decoy(store, attempt->name, &course.locked, &unseen);
		if (error == LBR_OK)
			error = run_held(&course, outcome, &unseen);
		if (fault == LBR_ERR_ABSENT && error != LBR_OK && reason != NULL)
			*reason = unseen;
		if (fault != LBR_ERR_ABSENT)
			error = fault;
		outcome->absent = error == LBR_OK;
	}
	give_back_turn(&course);
	lbr_account_release(&course.locked);
	if (error != LBR_OK || !outcome->known)
		outcome->verdict = LBR_DENY;
	return error;
}
