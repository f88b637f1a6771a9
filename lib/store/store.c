/* The store's one interface: opening it, and what needs no record. */
#include <liberations/store.h>

#include <stdint.h>

#include <liberations/moving.h>
#include <liberations/policy_digest.h>

#include "copies.h"
#include "file_store.h"
#include "remote_store.h"
#include "split_store.h"
#include "store_ops.h"

enum lbr_error lbr_store_open(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void), struct lbr_store **ret,
                              struct lbr_reason *reason)
{
	return lbr_file_store_open(path, keyring, now_s, ret, reason);
}

enum lbr_error lbr_store_open_moving(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_store_open(path, keyring, now_s, ret, reason);

	if (error == LBR_OK)
		((struct lbr_file_store *)*ret)->moves = true;
	return error;
}

enum lbr_error lbr_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	return lbr_file_store_lay_out(path, keyring, reason);
}

enum lbr_error lbr_store_open_shared(const struct lbr_broker *broker, struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason)
{
	return lbr_remote_store_open(broker, keyring, now_s, ret, reason);
}

/* This host's files hold the accounts of local people alone. */
static enum lbr_error add_local(const struct lbr_settings *settings, struct lbr_store *shared, struct lbr_store **ret,
                                struct lbr_reason *reason)
{
	struct lbr_store *files;
	enum lbr_error error = lbr_store_open_moving(settings->state, shared->keyring, shared->now_s, &files, reason);

	if (error == LBR_OK)
		return lbr_split_store_open(settings->local, files, shared, ret, reason);
	lbr_store_close(shared);
	return error;
}

enum lbr_error lbr_store_open_of(const struct lbr_settings *settings, int broker_fd, struct lbr_keyring *keyring,
                                 int64_t (*now_s)(void), struct lbr_store **ret, struct lbr_reason *reason)
{
	const struct lbr_broker broker = {.path = broker_fd < 0 ? settings->store_socket : "", .fd = broker_fd};
	char policy[LBR_POLICY_DIGEST_MAX];
	struct lbr_store *shared;
	enum lbr_error error;

	if (settings->store == LBR_STORE_FILE)
		return lbr_store_open(settings->state, keyring, now_s, ret, reason);
	*ret = NULL;
	error = lbr_store_open_shared(&broker, keyring, now_s, &shared, reason);
	if (error == LBR_OK) {
		lbr_policy_digest(settings, policy);
		lbr_remote_store_set_policy(shared, policy);
	}
	if (error == LBR_OK && settings->local[0] != '\0')
		return add_local(settings, shared, ret, reason);
	*ret = shared;
	return error;
}

enum lbr_error lbr_store_meet(struct lbr_store *store, struct lbr_reason *reason)
{
	return store->ops->meet != NULL ? store->ops->meet(store, reason) : LBR_OK;
}

int64_t lbr_store_now_s(const struct lbr_store *store)
{
	return store->ops->now_s != NULL ? store->ops->now_s(store) : store->now_s();
}

enum lbr_error lbr_store_lease(struct lbr_store *store, const char *what, unsigned life_s, struct lbr_lease *lease,
                              struct lbr_reason *reason)
{
	if (store->ops->lease != NULL)
		return store->ops->lease(store, what, life_s, lease, reason);
	*lease = (struct lbr_lease){.held = life_s > 0};
	return LBR_OK;
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
