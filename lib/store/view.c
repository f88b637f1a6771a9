/* Loading a view: what is common to every kind of store. */
#include "view_parts.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/name.h>

struct lbr_place lbr_view_place(const struct lbr_view *view)
{
	struct lbr_place place;

	memset(&place, 0, sizeof(place));
	memcpy(place.name, view->account.name, sizeof(place.name));
	place.decoy = view->impl.decoy;
	if (place.decoy)
		lbr_place_of_decoy(view->impl.number, &place);
	return place;
}

static enum lbr_error read_history(const struct lbr_row *row, struct lbr_view *view, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;

	lbr_history_wipe(&view->history);
	if (view->impl.keep == 0)
		return LBR_OK;
	if (row->history_len > 0)
		error = lbr_history_decode(row->history, row->history_len, view->account.name, view->impl.store->keyring,
		                           &view->history,
		                           reason);
	if (error != LBR_OK)
		lbr_reason_prefix(reason, "history");
	else
		lbr_history_heal(&view->history, &view->account, view->impl.keep);
	return error;
}

enum lbr_error lbr_view_read_row(const struct lbr_row *row, struct lbr_view *view, struct lbr_copies *copies,
                                 struct lbr_reason *reason)
{
	const struct lbr_keyring *keyring = view->impl.store->keyring;
	const struct lbr_place place = lbr_view_place(view);
	enum lbr_error error = lbr_copies_read(row, &place, keyring, &view->counters, copies, reason);

	if (error == LBR_OK && view->known) {
		error = lbr_account_decode(row->account, row->account_len, place.name, keyring, &view->account, reason);
		if (error != LBR_OK)
			lbr_place_prefix(reason, "accounts", place.name);
	}
	if (error == LBR_OK)
		error = read_history(row, view, reason);
	if (row->floor_step > view->counters.last_step)
		view->counters.last_step = row->floor_step;
	view->now_s = row->now_s != 0 ? row->now_s : view->impl.store->now_s();
	return error;
}

void lbr_view_settle(struct lbr_view *view)
{
	view->impl.generation = view->account.generation;
	view->impl.token = view->account.token;
}

typedef enum lbr_error load_row(struct lbr_store *store, const struct lbr_place *place, bool history, struct lbr_row *row,
                                struct lbr_reason *reason);

static enum lbr_error load(struct lbr_view *view, load_row *load_one, struct lbr_reason *reason)
{
	struct lbr_store *store = view->impl.store;
	const struct lbr_place place = lbr_view_place(view);
	struct lbr_copies copies;
	struct lbr_row row = {.account_len = 0};
	enum lbr_error error = load_one(store, &place, view->impl.keep > 0, &row, reason);

	if (error == LBR_OK)
		error = lbr_view_read_row(&row, view, &copies, reason);
	lbr_wipe(&row, sizeof(row));
	/* What is sealed with a key that came later is no damage. */
	if (error == LBR_ERR_DAMAGED && lbr_store_need_current(store->keyring, NULL) != LBR_OK)
		error = lbr_store_need_current(store->keyring, reason);
	if (error != LBR_OK)
		lbr_view_release(view);
	else
		lbr_view_settle(view);
	return error;
}

static enum lbr_error load_name(struct lbr_store *store, const char *name, unsigned keep, load_row *load_one, struct lbr_view *view,
                                struct lbr_reason *reason)
{
	enum lbr_error error = lbr_name_check(name);

	memset(view, 0, sizeof(*view));
	if (error == LBR_ERR_MEMORY)
		return lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
	if (error != LBR_OK)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	memcpy(view->account.name, name, strlen(name)); /* at most LBR_NAME_MAX: it was checked */
	view->impl.store = store;
	view->impl.keep = keep;
	view->known = true;
	return load(view, load_one, reason);
}

enum lbr_error lbr_store_load_with_history(struct lbr_store *store, const char *name, unsigned keep, struct lbr_view *view,
                                           struct lbr_reason *reason)
{
	return load_name(store, name, keep, store->ops->load, view, reason);
}

enum lbr_error lbr_store_load(struct lbr_store *store, const char *name, struct lbr_view *view, struct lbr_reason *reason)
{
	return load_name(store, name, 0, store->ops->load, view, reason);
}

enum lbr_error lbr_store_load_after_commit(struct lbr_store *store, const char *name, struct lbr_view *view,
                                           struct lbr_reason *reason)
{
	load_row *load_one = store->ops->load_after;

	return load_name(store, name, 0, load_one != NULL ? load_one : store->ops->load, view, reason);
}

enum lbr_error lbr_store_load_decoy(struct lbr_store *store, const char *name, struct lbr_view *view, struct lbr_reason *reason)
{
	struct lbr_place place;

	lbr_place_of_decoy(lbr_keyring_decoy(store->keyring, name), &place);
	memset(view, 0, sizeof(*view));
	memcpy(view->account.name, place.name, sizeof(place.name));
	view->impl.store = store;
	view->impl.decoy = true;
	view->impl.number = place.number;
	return load(view, store->ops->load, reason);
}

/* A removed account may have been made anew with the same generation, but not with the same nonce. A token that is only sealed
 * again keeps both, so that nobody who is signing in meanwhile is refused. */
bool lbr_view_is_same(const struct lbr_view *view, const struct lbr_account *account)
{
	return view->impl.generation == account->generation &&
	       memcmp(view->impl.token.bytes, account->token.bytes, LBR_SEALED_NONCE_LEN) == 0;
}

/* A commit on an empty view, or of an account's part on a decoy, is our own bug; it must end in a refusal, not in a crash. */
enum lbr_error lbr_view_need_account(const struct lbr_view *view, struct lbr_reason *reason)
{
	if (view->impl.store == NULL)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(NO_ACCOUNT_LOADED));
	return view->known ? LBR_OK : lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(DECOY_IS_NO_ACCOUNT));
}

enum lbr_error lbr_view_load_history(struct lbr_view *view, unsigned keep, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_view_need_account(view, reason);
	struct lbr_view anew;

	if (error != LBR_OK)
		return error;
	anew = *view;
	anew.impl.keep = keep;
	error = load(&anew, anew.impl.store->ops->load, reason);
	if (error == LBR_OK && !lbr_view_is_same(view, &anew.account))
		error = lbr_fail_at(reason, LBR_ERR_STALE, view->account.name, LBR_WHY(CHANGED));
	if (error == LBR_OK)
		*view = anew;
	lbr_view_release(&anew);
	return error;
}

void lbr_view_release(struct lbr_view *view)
{
	lbr_wipe(view, sizeof(*view));
}
