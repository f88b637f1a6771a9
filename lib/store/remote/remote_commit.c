/* A commit: judged on the row that is held, stored if the database still has that one, judged anew if it has another. */
#include <string.h>

#include <liberations/monotonic.h>

#include "remote_parts.h"

#define COMMIT_ROUNDS_MAX 8
#define ALONE_FROM 2 /* rounds in which others may be faster: a flood on one name must not starve its owner */

struct remote_commit {
	struct lbr_remote_store *store;
	const struct lbr_place  *place;
	char                     name[LBR_STORE_NAME_MAX];
	bool                     history;
	struct lbr_row           row;
	struct lbr_swap          swap;
	int64_t                  asked_ms; /* by CLOCK_MONOTONIC */
	unsigned                 round;
	bool                     alone; /* the others wait for the commit that follows */
};

/* A code that was accepted elsewhere, or before a promotion, must be no code that is accepted now. */
static void settle_step(const struct lbr_remote_last *last, struct lbr_store_row *row)
{
	if (row->step <= last->floor_step)
		row->step = 0;
}

static enum lbr_error ask_to_store(struct remote_commit *course, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	const struct lbr_remote_last *last = &store->last;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_COMMIT, course->name);
	enum lbr_error error = lbr_remote_seal_swap(store, &course->swap, course->place->name, &ask->row, reason);

	if (error != LBR_OK)
		return error;
	ask->epoch = last->epoch;
	ask->before = last->row.generation;
	ask->history = course->history;
	ask->row.version = last->row.version;
	ask->row.generation = course->swap.generation;
	settle_step(last, &ask->row);
	course->alone = false;
	course->asked_ms = lbr_monotonic_ms();
	return lbr_remote_ask(store, reason);
}

/* What is stored now, as far as the next commit of this process needs it. */
static void keep_stored(struct remote_commit *course)
{
	struct lbr_remote_last *last = &course->store->last;
	const struct lbr_store_row *sent = &course->store->ask.row;

	last->counts_until_ms = course->asked_ms + LBR_COMMIT_COUNTS_MS;
	last->row.version++;
	last->row.step = sent->step > last->row.step ? sent->step : last->row.step;
	last->floor_step = sent->step > last->floor_step ? sent->step : last->floor_step;
	if (sent->slot_len > 0) {
		memcpy(last->row.slot, sent->slot, sent->slot_len);
		last->row.slot_len = sent->slot_len;
	}
	if (sent->account_len > 0) {
		memcpy(last->row.account, sent->account, sent->account_len);
		last->row.account_len = sent->account_len;
		last->row.generation = sent->generation;
	}
	if (sent->history_len > 0) {
		memcpy(last->row.history, sent->history, sent->history_len);
		last->row.history_len = sent->history_len;
	}
}

/* Judges what is held. LBR_OK with parts: to be stored. */
static enum lbr_error judge_held(struct remote_commit *course, lbr_store_judge *judge, void *context, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	enum lbr_error error;

	if (course->round < ALONE_FROM)
		error = lbr_remote_need(store, course->name, course->history, reason);
	else
		error = lbr_remote_need_alone(store, course->name, course->history, reason);
	course->alone = course->round >= ALONE_FROM && error == LBR_OK;
	if (error == LBR_OK)
		error = lbr_remote_open_row(store, &store->last.row, store->last.floor_step, course->place->name, &course->row,
		                            reason);
	if (error != LBR_OK)
		return error;
	if (!course->history)
		course->row.history_len = 0;
	return judge(context, &course->row, &course->swap, reason);
}

/* One round. `*ret_again`: somebody was faster, and their row is held now. */
static enum lbr_error commit_once(struct remote_commit *course, lbr_store_judge *judge, void *context, bool *ret_again,
                                  struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	enum lbr_error error = judge_held(course, judge, context, reason);

	*ret_again = false;
	if (error != LBR_OK || course->swap.parts == LBR_PART_NONE)
		return error;
	error = ask_to_store(course, reason);
	if (error != LBR_OK)
		return error;
	switch (store->tell.result) {
	case LBR_STORE_DONE:
		keep_stored(course);
		return LBR_OK;
	case LBR_STORE_CHANGED:
		*ret_again = true;
		if (store->tell.has_row && (store->tell.found || course->place->decoy))
			lbr_remote_hold(store, course->name, course->history);
		else
			lbr_remote_let_go(store);
		return LBR_OK;
	case LBR_STORE_ABSENT:
		lbr_remote_let_go(store);
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	default:
		lbr_remote_let_go(store);
		return lbr_fail(reason, LBR_ERR_UNKNOWN, LBR_WHY(STORE_BROKEN));
	}
}

/* No commit follows, and any other question lets the others in. Else they would wait until the broker's patience ends, and each
 * attempt on this name with them. */
static void let_others_in(struct remote_commit *course)
{
	if (!course->alone)
		return;
	lbr_remote_let_go(course->store);
	(void)lbr_remote_need(course->store, course->name, false, NULL);
}

enum lbr_error lbr_remote_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                                 void *context, struct lbr_reason *reason)
{
	struct remote_commit course = {.store = (struct lbr_remote_store *)base, .place = place, .history = history};
	bool again = true;
	enum lbr_error error = LBR_OK;

	lbr_remote_name(place, course.name);
	for (; error == LBR_OK && again && course.round < COMMIT_ROUNDS_MAX; course.round++)
		error = commit_once(&course, judge, context, &again, reason);
	let_others_in(&course);
	if (error == LBR_OK && again)
		error = lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(STORE_BUSY));
	lbr_wipe(&course, sizeof(course));
	return error;
}
