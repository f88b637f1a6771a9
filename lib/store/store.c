/* The store's one interface: opening it, and what needs no record. */
#include <liberations/store.h>

#include <stdint.h>

#include "copies.h"
#include "file_store.h"
#include "store_ops.h"

enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void), struct lbr_store **ret,
                              struct lbr_reason *reason)
{
	return lbr_file_store_open(path, keyring, now_s, ret, reason);
}

enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	return lbr_file_store_lay_out(path, keyring, reason);
}

void lbr_store_names(const char *path, lbr_store_name *each, void *context)
{
	lbr_file_names(path, each, context);
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

enum lbr_error lbr_store_need_listener(const struct lbr_store *store, struct lbr_reason *reason)
{
	const struct lbr_deadline *deadline = store->deadline;

	if (deadline == NULL || deadline->has_left == NULL || !deadline->has_left(deadline->context))
		return LBR_OK;
	return lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(SERVICE_LEFT));
}

/* A record under a key that is being retired could never be read again. */
enum lbr_error lbr_store_need_current(const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	return lbr_keyring_is_current(keyring) ? LBR_OK : lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(KEY_REPLACED));
}

enum lbr_error lbr_store_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	return store->ops->is_free(store, name, reason);
}

enum lbr_error lbr_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	return store->ops->remove(store, name, reason);
}

/* What a later release wrote is no damage. */
static enum lbr_error need_known_release(struct lbr_store *store, const char *name, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(store, name, &view, reason);

	lbr_view_release(&view);
	return error == LBR_ERR_NEWER || error == LBR_ERR_ABSENT ? error : LBR_OK;
}

enum lbr_error lbr_store_rebuild_counters(struct lbr_store *store, const char *name, const struct lbr_counters *counters,
                                          struct lbr_reason *reason)
{
	unsigned char slot[LBR_SLOT_LEN];
	enum lbr_error error = need_known_release(store, name, reason);

	if (error != LBR_OK)
		return error;
	error = lbr_store_need_current(store->keyring, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_copies_renew(store->keyring, name, counters, slot);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, name, LBR_WHY(COUNTER_OUT_OF_RANGE));
	return store->ops->rebuild_counters(store, name, slot, reason);
}
