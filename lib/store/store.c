/* The store's one interface: finds the kind of store, which does the work. */
#include <liberations/store.h>

#include <string.h>

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

void lbr_store_set_deadline(struct lbr_store *store, const struct lbr_deadline *deadline)
{
	store->deadline = deadline;
}

/* Called with the lock held, which is the last moment before anything is decided. */
static enum lbr_error need_listener(const struct lbr_store *store, struct lbr_reason *reason)
{
	const struct lbr_deadline *deadline = store->deadline;

	if (deadline == NULL || deadline->has_left == NULL || !deadline->has_left(deadline->context))
		return LBR_OK;
	return lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(SERVICE_LEFT));
}

/* The end of locking, for accounts and decoys alike. */
static enum lbr_error finish_lock(const struct lbr_store *store, struct lbr_locked_account *locked, enum lbr_error error,
                                  struct lbr_reason *reason)
{
	if (error == LBR_OK)
		error = need_listener(store, reason);
	if (error != LBR_OK)
		lbr_account_release(locked);
	return error;
}

enum lbr_error lbr_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                struct lbr_reason *reason)
{
	memset(locked, 0, sizeof(*locked));
	return finish_lock(store, locked, store->ops->account_lock(store, name, locked, reason), reason);
}

enum lbr_error lbr_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                      struct lbr_reason *reason)
{
	memset(locked, 0, sizeof(*locked));
	return finish_lock(store, locked, store->ops->account_lock_decoy(store, name, locked, reason), reason);
}

void lbr_account_release(struct lbr_locked_account *locked)
{
	if (locked->impl != NULL)
		locked->impl->ops->account_release(locked);
	lbr_wipe(locked, sizeof(*locked));
}

/* Calling any of these on an account that is not locked is our own bug; it must end in a refusal, not in a crash. */
static enum lbr_error need_open(const struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	return locked->impl != NULL ? LBR_OK : lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(NO_ACCOUNT_HELD));
}

enum lbr_error lbr_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	return error != LBR_OK ? error : locked->impl->ops->take_permit(locked, lane, reason);
}

void lbr_account_unlock(struct lbr_locked_account *locked)
{
	if (locked->impl != NULL)
		locked->impl->ops->unlock(locked);
}

enum lbr_error lbr_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	if (error == LBR_OK)
		error = locked->impl->ops->relock(locked, reason);
	if (error != LBR_OK)
		return error;
	error = need_listener(locked->impl->store, reason);
	if (error != LBR_OK)
		locked->impl->ops->unlock(locked);
	return error;
}

enum lbr_error lbr_account_commit_counters(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	return error != LBR_OK ? error : locked->impl->ops->commit_counters(locked, reason);
}

enum lbr_error lbr_account_commit(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	return error != LBR_OK ? error : locked->impl->ops->commit(locked, reason);
}

enum lbr_error lbr_account_commit_upkeep(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	return error != LBR_OK ? error : locked->impl->ops->commit_upkeep(locked, reason);
}

enum lbr_error lbr_account_load_history(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
                                     struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	lbr_history_wipe(history);
	return error != LBR_OK ? error : locked->impl->ops->load_history(locked, keep, history, reason);
}

enum lbr_error lbr_account_commit_history(struct lbr_locked_account *locked, const struct lbr_history *history,
                                       struct lbr_reason *reason)
{
	enum lbr_error error = need_open(locked, reason);

	return error != LBR_OK ? error : locked->impl->ops->commit_history(locked, history, reason);
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
