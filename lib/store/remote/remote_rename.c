/* Another name for an account: one swap, which the database makes under both names at once. */
#include <string.h>

#include <liberations/name.h>

#include "remote_parts.h"

#define RENAME_ROUNDS_MAX 16

struct remote_renaming {
	struct lbr_remote_store *store;
	struct lbr_renaming     *renaming;
	struct lbr_row           row;
	struct lbr_swap          swap;
};

/* An earlier call may have done it, and its answer was lost. */
static enum lbr_error look_for_done(struct remote_renaming *course, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	const struct lbr_renaming *renaming = course->renaming;

	if (lbr_remote_need(store, renaming->to, true, NULL) == LBR_OK &&
	    lbr_remote_open_row(store, &store->last.row, store->last.floor_step, renaming->to, &course->row, NULL) == LBR_OK &&
	    renaming->is_done(renaming, &course->row))
		return LBR_OK;
	return lbr_fail_at(reason, LBR_ERR_ABSENT, renaming->from, LBR_WHY(NO_ACCOUNT));
}

static enum lbr_error judge_held(struct remote_renaming *course, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	enum lbr_error error = lbr_remote_open_row(store, &store->last.row, store->last.floor_step, course->renaming->from,
	                                           &course->row, reason);

	return error == LBR_OK ? course->renaming->judge(course->renaming, &course->row, &course->swap, reason) : error;
}

static enum lbr_error ask_to_rename(struct remote_renaming *course, bool *ret_again, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = course->store;
	const struct lbr_renaming *renaming = course->renaming;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_RENAME, renaming->from);
	enum lbr_error error = lbr_remote_seal_swap(store, &course->swap, renaming->to, &ask->row, reason);

	*ret_again = false;
	if (error == LBR_OK && lbr_name_fold(renaming->to, ask->folded) != LBR_OK)
		error = lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY_TO_FIND));
	if (error != LBR_OK)
		return error;
	memcpy(ask->other, renaming->to, strlen(renaming->to));
	ask->alone = renaming->dry;
	ask->epoch = store->last.epoch;
	ask->row.version = store->last.row.version;
	ask->row.generation = course->swap.generation;
	ask->row.step = 0;
	error = lbr_remote_ask(store, reason);
	lbr_remote_let_go(store);
	*ret_again = error == LBR_OK && store->tell.result == LBR_STORE_CHANGED;
	return error != LBR_OK || *ret_again ? error : lbr_remote_conclude(store, renaming->to, reason);
}

enum lbr_error lbr_remote_rename(struct lbr_store *base, struct lbr_renaming *renaming, struct lbr_reason *reason)
{
	struct remote_renaming course = {.store = (struct lbr_remote_store *)base, .renaming = renaming};
	enum lbr_error error = LBR_OK;
	bool again = true;
	unsigned round;

	for (round = 0; error == LBR_OK && again && round < RENAME_ROUNDS_MAX; round++) {
		lbr_remote_let_go(course.store);
		error = lbr_remote_need(course.store, renaming->from, true, reason);
		if (error == LBR_ERR_ABSENT) {
			error = look_for_done(&course, reason);
			break;
		}
		if (error == LBR_OK)
			error = judge_held(&course, reason);
		if (error == LBR_OK)
			error = ask_to_rename(&course, &again, reason);
	}
	if (error == LBR_OK && round == RENAME_ROUNDS_MAX)
		error = lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(STORE_BUSY));
	lbr_wipe(&course, sizeof(course));
	return error;
}
