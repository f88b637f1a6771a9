/* Writes under the lock: counters in place, account and history by replacement. */
#include "file_store.h"

#include <stdint.h>
#include <string.h>

static struct lbr_file_locked *own(const struct lbr_locked_account *locked)
{
	return (struct lbr_file_locked *)locked->impl;
}

static enum lbr_error need_lock(const struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	return own(locked)->is_locked ? LBR_OK :
	       lbr_fail_at(reason, LBR_ERR_INTERNAL, own(locked)->path.name, LBR_WHY(NOT_LOCKED));
}

static enum lbr_error need_account(const struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	return locked->known ? need_lock(locked, reason) : lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(DECOY_IS_NO_ACCOUNT));
}

enum lbr_error lbr_file_account_commit_counters(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	enum lbr_error error = need_lock(locked, reason);

	if (error != LBR_OK)
		return error;
	return lbr_slots_write(impl->fd, &impl->path, impl->store->keyring, &impl->slots, &locked->counters, reason);
}

static enum lbr_error replace_account(struct lbr_locked_account *locked, uint64_t generation, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	enum lbr_error error = need_account(locked, reason);
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len;

	if (error != LBR_OK)
		return error;
	if (strcmp(locked->account.name, impl->path.name) != 0)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, impl->path.name, LBR_WHY(ANOTHER_ACCOUNT));
	locked->account.generation = generation;
	error = lbr_account_encode(&locked->account, impl->store->keyring, text, &len, reason);
	if (error == LBR_OK)
		error = lbr_account_path_replace(impl->store, LBR_TREE_ACCOUNTS, &impl->path, text, len, reason);
	lbr_wipe(text, sizeof(text));
	if (error == LBR_OK)
		impl->generation = locked->account.generation;
	locked->account.generation = impl->generation;
	return error;
}

enum lbr_error lbr_file_account_commit(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	return replace_account(locked, own(locked)->generation + 1, reason);
}

enum lbr_error lbr_file_account_commit_upkeep(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	return replace_account(locked, own(locked)->generation, reason);
}

enum lbr_error lbr_file_account_load_history(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
                                          struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	char text[LBR_HISTORY_TEXT_MAX];
	enum lbr_error error;
	size_t len;

	if (!locked->known)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(DECOY_HAS_NO_HISTORY));
	error = lbr_account_path_read(impl->store, LBR_TREE_HISTORY, &impl->path, text, sizeof(text), &len, reason);
	if (error == LBR_OK) {
		error = lbr_history_decode(text, len, impl->path.name, impl->store->keyring, history, reason);
		if (error != LBR_OK)
			lbr_reason_prefix(reason, "history");
	} else if (error == LBR_ERR_ABSENT) {
		error = LBR_OK;
	}
	lbr_wipe(text, sizeof(text));
	if (error == LBR_OK)
		lbr_history_heal(history, &locked->account, keep);
	return error;
}

enum lbr_error lbr_file_account_commit_history(struct lbr_locked_account *locked, const struct lbr_history *history,
                                            struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = own(locked);
	enum lbr_error error = need_account(locked, reason);
	char text[LBR_HISTORY_TEXT_MAX];
	size_t len;

	if (error != LBR_OK)
		return error;
	error = lbr_history_encode(history, impl->path.name, impl->store->keyring, text, &len, reason);
	if (error == LBR_OK)
		error = lbr_account_path_replace(impl->store, LBR_TREE_HISTORY, &impl->path, text, len, reason);
	lbr_wipe(text, sizeof(text));
	return error;
}
