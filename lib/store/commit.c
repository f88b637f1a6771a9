/* Committing an edit: decoded, judged on what is stored now, encoded. The kind of store sees bytes alone. */
#include <stdbool.h>
#include <string.h>

#include "view_parts.h"

/* One commit on its way through the store. */
struct committing {
	const struct lbr_view *base; /* as loaded */
	struct lbr_view        now;  /* as stored now, then as edited */
	lbr_store_edit        *edit;
	void                  *context;
	bool                   heals; /* this round only writes the history that lagged */
};

static enum lbr_error encode_account(struct committing *course, struct lbr_swap *swap, struct lbr_reason *reason)
{
	struct lbr_account *account = &course->now.account;

	if (strcmp(account->name, course->base->account.name) != 0)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, course->base->account.name, LBR_WHY(ANOTHER_ACCOUNT));
	account->generation = course->base->impl.generation + ((swap->parts & LBR_PART_ACCOUNT) != 0 ? 1 : 0);
	swap->generation = account->generation;
	lbr_wipe(account->new_name, sizeof(account->new_name)); /* no longer, or not yet */
	lbr_wipe(account->former_name, sizeof(account->former_name));
	return lbr_account_encode(account, course->now.impl.store->keyring, swap->account, &swap->account_len, reason);
}

static enum lbr_error encode(struct committing *course, const struct lbr_copies *copies, struct lbr_swap *swap,
                             struct lbr_reason *reason)
{
	const struct lbr_keyring *keyring = course->now.impl.store->keyring;
	const struct lbr_place place = lbr_view_place(course->base);
	enum lbr_error error = LBR_OK;

	if ((swap->parts & ~(unsigned)LBR_PART_COUNTERS) != 0)
		error = lbr_view_need_account(course->base, reason);
	if (error == LBR_OK && (swap->parts & LBR_PART_COUNTERS) != 0)
		error = lbr_copies_next(copies, &place, keyring, &course->now.counters, swap, reason);
	if (error == LBR_OK && (swap->parts & (LBR_PART_ACCOUNT | LBR_PART_UPKEEP)) != 0)
		error = encode_account(course, swap, reason);
	if (error == LBR_OK && (swap->parts & LBR_PART_HISTORY) != 0)
		error = lbr_history_encode(&course->now.history, place.name, keyring, swap->history, &swap->history_len, reason);
	return error;
}

static enum lbr_error judge(void *context, const struct lbr_row *row, struct lbr_swap *swap, struct lbr_reason *reason)
{
	struct committing *course = context;
	struct lbr_view *now = &course->now;
	struct lbr_copies copies;
	enum lbr_error error;

	lbr_view_release(now);
	now->impl = course->base->impl;
	now->known = course->base->known;
	memcpy(now->account.name, course->base->account.name, sizeof(now->account.name));
	swap->parts = LBR_PART_NONE;
	error = lbr_store_need_listener(now->impl.store, reason);
	if (error == LBR_OK)
		error = lbr_store_need_current(now->impl.store->keyring, reason);
	if (error == LBR_OK)
		error = lbr_view_read_row(row, now, &copies, reason);
	if (error == LBR_OK && now->known && !lbr_view_is_same(course->base, &now->account))
		error = lbr_fail_at(reason, LBR_ERR_STALE, course->base->account.name, LBR_WHY(CHANGED));
	course->heals = error == LBR_OK && now->history.lags;
	if (course->heals)
		swap->parts = LBR_PART_HISTORY;
	else if (error == LBR_OK)
		error = course->edit(course->context, now, &swap->parts, reason);
	if (error == LBR_OK)
		error = encode(course, &copies, swap, reason);
	return error;
}

/* A history that lags is completed by a commit of its own first: only one line may ever be missing. */
static enum lbr_error commit(struct committing *course, const struct lbr_place *place, struct lbr_reason *reason)
{
	struct lbr_store *store = course->base->impl.store;
	enum lbr_error error;

	do
		error = store->ops->commit(store, place, course->base->impl.keep > 0, judge, course, reason);
	while (error == LBR_OK && course->heals);
	if (error == LBR_ERR_ABSENT)
		return lbr_fail_at(reason, LBR_ERR_STALE, course->base->account.name, LBR_WHY(CHANGED));
	return error;
}

enum lbr_error lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason)
{
	struct committing course = {.base = view, .edit = edit, .context = context};
	struct lbr_place place;
	enum lbr_error error;

	if (view->impl.store == NULL)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(NO_ACCOUNT_LOADED));
	place = lbr_view_place(view);
	error = commit(&course, &place, reason);
	if (error == LBR_OK) {
		*view = course.now;
		lbr_view_settle(view);
	}
	if (error == LBR_ERR_UNKNOWN)
		lbr_reason_prefix_clause(reason, LBR_WHY(PERHAPS_STORED));
	lbr_view_release(&course.now);
	return error;
}
