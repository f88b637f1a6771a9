/* Attempts. Read asker.h first. */
#include "store/asker.h"

#include <stdlib.h>
#include <string.h>

#include <liberations/attempt.h>
#include <liberations/token.h>

static const char *word_of(enum lbr_verdict verdict)
{
	return verdict == LBR_ALLOW ? "yes" : verdict == LBR_DENY_USED_CODE ? "used" : verdict == LBR_DENY_WAIT ? "wait"
	     : verdict == LBR_DENY_LOCKED ? "locked" : "no";
}

void asker_sign(char **fields)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_secret password, code;
	char digits[LBR_CODE_DIGITS + 1];
	const char *typed = fields[3] != NULL ? fields[3] : ASKER_PASSWORD;
	const struct lbr_attempt attempt = {.name = fields[1], .password = &password, .code = &code, .service = "sshd"};
	struct lbr_outcome outcome;
	enum lbr_error error;

	if (lbr_token_code(asker_token_key, asker_number(fields[2]), digits) != LBR_OK || lbr_secret_set(&code, digits, strlen(digits)) != LBR_OK ||
	    lbr_secret_set(&password, typed, strlen(typed)) != LBR_OK)
		exit(2);
	error = lbr_attempt_run(asker.store, asker.keyring, &asker.settings, &attempt, &outcome, &reason);
	asker_say(outcome.unavailable ? "away" : word_of(outcome.verdict), error, &reason);
	lbr_outcome_wipe(&outcome);
}

/* What the edit of `use` needs. */
struct use {
	struct lbr_evidence evidence;
	struct lbr_decision decision;
	struct lbr_store   *rival; /* NULL; or who is faster, so often */
	const char         *name;
	unsigned            times;
	struct asker_race   race;
};

static enum lbr_error touch(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)reason;
	view->counters.last_sign_in_s++;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static void be_faster(struct use *use)
{
	struct lbr_view view;

	use->times--;
	if (lbr_store_load(use->rival, use->name, &view, NULL) == LBR_OK)
		(void)lbr_store_commit(&view, touch, NULL, NULL);
	lbr_view_release(&view);
}

static enum lbr_error judge(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct use *use = context;

	(void)reason;
	if (use->times > 0)
		be_faster(use);
	use->decision = lbr_decide(&view->account, &view->counters, &use->evidence, &asker.settings, view->now_s);
	use->race.hoped = use->race.hoped || use->decision.verdict == LBR_ALLOW;
	view->counters = use->decision.counters;
	*ret_parts = use->race.counts || use->decision.verdict == LBR_ALLOW ? LBR_PART_COUNTERS : LBR_PART_NONE;
	return LBR_OK;
}

static enum lbr_error commit_use(struct use *use, const char *name, const char *step, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(asker.store, name, &view, reason);

	use->name = name;
	use->evidence = (struct lbr_evidence){.known = true, .password_right = true, .step = asker_number(step)};
	if (use->race.loaded != NULL)
		(void)pthread_barrier_wait(use->race.loaded);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, judge, use, reason);
	lbr_view_release(&view);
	return error;
}

static const char *word_after(const struct use *use, enum lbr_error error)
{
	return error == LBR_OK ? word_of(use->decision.verdict) : "away";
}

const char *asker_use_once(const char *name, const char *step, struct asker_race *race, enum lbr_error *ret_error,
                           struct lbr_reason *reason)
{
	struct use use = {.race = *race};

	*ret_error = commit_use(&use, name, step, reason);
	*race = use.race;
	return word_after(&use, *ret_error);
}

void asker_use(char **fields)
{
	struct asker_race alone = {.counts = true};
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error;
	const char *word = asker_use_once(fields[1], fields[2], &alone, &error, &reason);

	asker_say(word, error, &reason);
}

void asker_late(char **fields)
{
	struct use use = {.rival = asker_open(fields[3], -1), .times = 2, .race = {.counts = true}};
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = commit_use(&use, fields[1], fields[2], &reason);

	asker_say(word_after(&use, error), error, &reason);
	lbr_store_close(use.rival);
}
