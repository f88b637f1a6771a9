/* The store's one interface: finds the kind of store, which does the work. */
#include <liberations/store.h>

#include "file_store.h"
#include "store_ops.h"

enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, struct lbr_store **ret,
                              struct lbr_reason *reason)
{
	return lbr_file_store_open(path, keyring, ret, reason);
}

enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	return lbr_file_store_lay_out(path, keyring, reason);
}

void lbr_store_close(struct lbr_store *store)
{
	if (store != NULL)
		store->ops->close(store);
}

enum lbr_error lbr_hold_open(struct lbr_store *store, const char *name, struct lbr_hold *hold,
                             struct lbr_reason *reason)
{
	enum lbr_error error;

	memset(hold, 0, sizeof(*hold));
	error = store->ops->hold_open(store, name, hold, reason);
	if (error != LBR_OK)
		lbr_hold_close(hold);
	return error;
}

enum lbr_error lbr_hold_open_decoy(struct lbr_store *store, const char *name, struct lbr_hold *hold,
                                   struct lbr_reason *reason)
{
	enum lbr_error error;

	memset(hold, 0, sizeof(*hold));
	error = store->ops->hold_open_decoy(store, name, hold, reason);
	if (error != LBR_OK)
		lbr_hold_close(hold);
	return error;
}

void lbr_hold_close(struct lbr_hold *hold)
{
	if (hold->impl != NULL)
		hold->impl->ops->hold_close(hold);
	lbr_wipe(hold, sizeof(*hold));
}

/* Calling any of these on an empty hold is our own mistake; it must end in a refusal, not in a crash. */
static enum lbr_error need_open(const struct lbr_hold *hold, struct lbr_reason *reason)
{
	return hold->impl != NULL ? LBR_OK : lbr_fail(reason, LBR_ERR_INTERNAL, "no account is held");
}

enum lbr_error lbr_hold_take_seat(struct lbr_hold *hold, enum lbr_lane lane, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->take_seat(hold, lane, reason);
}

enum lbr_error lbr_hold_charge(struct lbr_hold *hold, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->charge(hold, reason);
}

void lbr_hold_unlock(struct lbr_hold *hold)
{
	if (hold->impl != NULL)
		hold->impl->ops->unlock(hold);
}

enum lbr_error lbr_hold_relock(struct lbr_hold *hold, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->relock(hold, reason);
}

enum lbr_error lbr_hold_commit_counters(struct lbr_hold *hold, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->commit_counters(hold, reason);
}

enum lbr_error lbr_hold_commit_account(struct lbr_hold *hold, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->commit_account(hold, reason);
}

enum lbr_error lbr_hold_commit_hash(struct lbr_hold *hold, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->commit_hash(hold, reason);
}

enum lbr_error lbr_hold_load_history(struct lbr_hold *hold, unsigned keep, struct lbr_history *history,
                                     struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	lbr_history_wipe(history);
	return error != LBR_OK ? error : hold->impl->ops->load_history(hold, keep, history, reason);
}

enum lbr_error lbr_hold_commit_history(struct lbr_hold *hold, const struct lbr_history *history,
                                       struct lbr_reason *reason)
{
	enum lbr_error error = need_open(hold, reason);

	return error != LBR_OK ? error : hold->impl->ops->commit_history(hold, history, reason);
}

enum lbr_error lbr_store_create(struct lbr_store *store, const struct lbr_account *account, struct lbr_reason *reason)
{
	return store->ops->create(store, account, reason);
}

enum lbr_error lbr_store_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	return store->ops->is_free(store, name, reason);
}

enum lbr_error lbr_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	return store->ops->remove(store, name, reason);
}

enum lbr_error lbr_store_rebuild_counters(struct lbr_store *store, const char *name,
                                          const struct lbr_counters *counters, struct lbr_reason *reason)
{
	return store->ops->rebuild_counters(store, name, counters, reason);
}

enum lbr_error lbr_store_list(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason)
{
	return store->ops->list(store, each, context, reason);
}
