/* Loading: one question, which brings a decoy where the name has no account, so that both cost the same. */
#include <string.h>

#include <liberations/monotonic.h>

#include "remote_parts.h"

static bool is_held(const struct lbr_remote_store *store, const char *name, bool history)
{
	return store->last.held && strcmp(store->last.name, name) == 0 && (store->last.has_history || !history);
}

/* Which decoy takes the place of a name; a decoy is its own. */
static void choose_decoy(const struct lbr_remote_store *store, const char *name, char ret[LBR_STORE_NAME_MAX])
{
	struct lbr_place decoy;

	if (name[0] == '.') {
		memcpy(ret, name, strlen(name) + 1);
		return;
	}
	lbr_place_of_decoy(lbr_keyring_decoy(store->base.keyring, name), &decoy);
	lbr_remote_name(&decoy, ret);
}

static enum lbr_error ask_for(struct lbr_remote_store *store, const char *name, bool history, bool alone,
                              struct lbr_reason *reason)
{
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_LOAD, name);
	enum lbr_error error;

	ask->history = history;
	ask->alone = alone;
	choose_decoy(store, name, ask->other);
	error = lbr_remote_ask(store, reason);
	if (error != LBR_OK)
		return error;
	if (store->tell.result != LBR_STORE_DONE || !store->tell.has_row)
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_BROKEN));
	lbr_remote_hold(store, store->tell.found ? name : ask->other, history);
	if (store->tell.found || strcmp(name, ask->other) == 0)
		return LBR_OK;
	return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
}

enum lbr_error lbr_remote_need(struct lbr_remote_store *store, const char *name, bool history, struct lbr_reason *reason)
{
	return is_held(store, name, history) ? LBR_OK : ask_for(store, name, history, false, reason);
}

enum lbr_error lbr_remote_need_alone(struct lbr_remote_store *store, const char *name, bool history, struct lbr_reason *reason)
{
	return ask_for(store, name, history, true, reason);
}

/* A decoy comes with the answer that its name has no account, and is taken from there once. */
enum lbr_error lbr_remote_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                               struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	char name[LBR_STORE_NAME_MAX];
	enum lbr_error error;

	lbr_remote_name(place, name);
	if (place->decoy && store->last.fresh)
		error = lbr_remote_need(store, name, false, reason);
	else
		error = ask_for(store, name, history, false, reason);
	store->last.fresh = error == LBR_ERR_ABSENT;
	if (error != LBR_OK)
		return error;
	return lbr_remote_open_row(store, &store->last.row, store->last.floor_step, place->name, row, reason);
}

enum lbr_error lbr_remote_load_after(struct lbr_store *base, const struct lbr_place *place, bool history,
                                     struct lbr_row *row, struct lbr_reason *reason)
{
	const struct lbr_remote_store *store = (const struct lbr_remote_store *)base;
	char name[LBR_STORE_NAME_MAX];

	lbr_remote_name(place, name);
	if (!is_held(store, name, history) || lbr_monotonic_ms() >= store->last.counts_until_ms)
		return lbr_remote_load(base, place, history, row, reason);
	return lbr_remote_open_row(store, &store->last.row, store->last.floor_step, place->name, row, reason);
}
