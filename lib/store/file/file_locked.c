/* Holds one account: its lock, and the data that was read under it. */
#include "file_store.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lbr_file_locked *own(const struct lbr_locked_account *locked)
{
	return (struct lbr_file_locked *)locked->impl;
}

/* The account owns this from the start, so lbr_account_release frees it on every path. */
static struct lbr_file_locked *begin(struct lbr_store *store, struct lbr_locked_account *locked)
{
	struct lbr_file_locked *impl = calloc(1, sizeof(*impl));

	if (impl == NULL)
		return NULL;
	impl->base.ops = store->ops;
	impl->base.store = store;
	impl->store = (struct lbr_file_store *)store;
	impl->fd = -1;
	locked->impl = &impl->base;
	return impl;
}

/* Opens and locks. If the file was removed between the two, tries once more: a new one may have taken its place. */
static enum lbr_error open_locked(struct lbr_file_locked *impl, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_ERR_STALE;
	int tries;

	for (tries = 0; tries < 2 && error == LBR_ERR_STALE; tries++) {
		if (impl->fd >= 0)
			close(impl->fd);
		impl->fd = -1;
		error = lbr_account_path_open(impl->store, LBR_TREE_COUNTERS, &impl->path, O_RDWR, &impl->fd, reason);
		if (error == LBR_OK)
			error = lbr_counters_lock(impl->store, impl->fd, &impl->path, reason);
	}
	impl->is_locked = error == LBR_OK;
	return error == LBR_ERR_STALE ? LBR_ERR_ABSENT : error;
}

/* Reads account and counters under the lock; both outputs are zero on failure. */
static enum lbr_error read_both(struct lbr_file_locked *impl, bool known, struct lbr_account *account,
                                struct lbr_counters *counters, struct lbr_reason *reason)
{
	enum lbr_error error;

	lbr_account_wipe(account);
	error = lbr_slots_read(impl->fd, &impl->path, impl->store->keyring, &impl->slots, counters, reason);
	if (error == LBR_OK && known)
		error = lbr_account_path_read_account(impl->store, &impl->path, account, reason);
	if (error != LBR_OK)
		memset(counters, 0, sizeof(*counters));
	return error;
}

static enum lbr_error account_is_there(struct lbr_file_locked *impl, struct lbr_reason *reason)
{
	enum lbr_error error;
	int fd;

	error = lbr_account_path_open(impl->store, LBR_TREE_ACCOUNTS, &impl->path, O_RDONLY, &fd, reason);
	if (error == LBR_OK)
		close(fd);
	return error;
}

/* There are no counters: the account does not exist, or lost them, or was created or removed between the two checks. Only
 * the lock under which accounts are created and removed can tell; a name without an account never gets as far as waiting
 * for it. */
static enum lbr_error explain_absent(struct lbr_file_locked *impl, struct lbr_reason *reason)
{
	enum lbr_error error = account_is_there(impl, reason);
	int lock;

	if (error == LBR_OK)
		error = lbr_shard_lock(impl->store, impl->path.shard, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = account_is_there(impl, reason);
	if (error == LBR_OK)
		error = open_locked(impl, reason);
	if (error == LBR_ERR_ABSENT && account_is_there(impl, NULL) == LBR_OK)
		error = lbr_counters_missing(&impl->path, reason);
	close(lock);
	return error;
}

enum lbr_error lbr_file_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                  struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = begin(store, locked);
	enum lbr_error error;

	if (impl == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY_TO_HOLD));
	error = lbr_account_path_of(name, &impl->path);
	if (error == LBR_ERR_MEMORY)
		return lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
	if (error != LBR_OK)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	error = open_locked(impl, reason);
	if (error == LBR_ERR_ABSENT)
		error = explain_absent(impl, reason);
	if (error == LBR_OK)
		error = read_both(impl, true, &locked->account, &locked->counters, reason);
	if (error != LBR_OK)
		return error;
	impl->generation = locked->account.generation;
	locked->known = true;
	return LBR_OK;
}

enum lbr_error lbr_file_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                        struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = begin(store, locked);
	enum lbr_error error;

	if (impl == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY_TO_HOLD));
	lbr_account_path_of_decoy(lbr_keyring_decoy(impl->store->keyring, name), &impl->path);
	error = open_locked(impl, reason);
	if (error == LBR_ERR_ABSENT)
		return lbr_counters_missing(&impl->path, reason);
	if (error == LBR_OK)
		error = read_both(impl, false, &locked->account, &locked->counters, reason);
	return error;
}

void lbr_file_account_unlock(struct lbr_locked_account *locked)
{
	struct lbr_file_locked *impl = own(locked);

	if (impl->is_locked)
		lbr_counters_unlock(impl->fd);
	impl->is_locked = false;
}

static enum lbr_error read_anew(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	struct lbr_account account;
	struct lbr_counters counters;
	enum lbr_error error;

	memset(&account, 0, sizeof(account));
	error = read_both(impl, locked->known, &account, &counters, reason);
	if (error == LBR_ERR_ABSENT || (error == LBR_OK && locked->known && account.generation != impl->generation))
		error = lbr_fail_at(reason, LBR_ERR_STALE, impl->path.name, LBR_WHY(CHANGED));
	if (error == LBR_OK) {
		locked->account = account;
		locked->counters = counters;
	}
	lbr_account_wipe(&account);
	return error;
}

enum lbr_error lbr_file_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	enum lbr_error error;

	if (impl->is_locked)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, impl->path.name, LBR_WHY(LOCKED_ALREADY));
	error = lbr_counters_lock(impl->store, impl->fd, &impl->path, reason);
	if (error != LBR_OK)
		return error;
	impl->is_locked = true;
	error = read_anew(locked, reason);
	if (error != LBR_OK)
		lbr_file_account_unlock(locked);
	return error;
}

/* Closing the descriptor releases the lock and the permit. */
void lbr_file_account_release(struct lbr_locked_account *locked)
{
	struct lbr_file_locked *impl = own(locked);

	if (impl->fd >= 0)
		close(impl->fd);
	lbr_wipe(impl, sizeof(*impl));
	free(impl);
	locked->impl = NULL;
}
