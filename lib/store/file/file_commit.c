/* What is written under the lock: counters in path, account and history by replacement. */
#include "file_store.h"

static struct lbr_file_hold *own(const struct lbr_hold *hold)
{
	return (struct lbr_file_hold *)hold->impl;
}

static enum lbr_error need_lock(const struct lbr_hold *hold, struct lbr_reason *reason)
{
	return own(hold)->locked ? LBR_OK :
	       lbr_fail(reason, LBR_ERR_INTERNAL, "%s: to be written without the lock", own(hold)->path.name);
}

static enum lbr_error need_account(const struct lbr_hold *hold, struct lbr_reason *reason)
{
	return hold->known ? need_lock(hold, reason) : lbr_fail(reason, LBR_ERR_INTERNAL, "a decoy is no account");
}

static enum lbr_error write_counters(struct lbr_hold *hold, enum lbr_slot_state state, struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = own(hold);
	enum lbr_error error = need_lock(hold, reason);

	if (error != LBR_OK)
		return error;
	return lbr_slots_write(impl->fd, &impl->path, impl->store->keyring, &impl->slots, &hold->counters, state, reason);
}

enum lbr_error lbr_file_hold_charge(struct lbr_hold *hold, struct lbr_reason *reason)
{
	return write_counters(hold, LBR_SLOT_CHARGED, reason);
}

enum lbr_error lbr_file_hold_commit_counters(struct lbr_hold *hold, struct lbr_reason *reason)
{
	return write_counters(hold, LBR_SLOT_COMMITTED, reason);
}

static enum lbr_error replace_account(struct lbr_hold *hold, uint64_t generation, struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = own(hold);
	enum lbr_error error = need_account(hold, reason);
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len;

	if (error != LBR_OK)
		return error;
	if (strcmp(hold->account.name, impl->path.name) != 0)
		return lbr_fail(reason, LBR_ERR_INTERNAL, "%s: another account in its place", impl->path.name);
	hold->account.generation = generation;
	error = lbr_account_encode(&hold->account, impl->store->keyring, text, &len, reason);
	if (error == LBR_OK)
		error = lbr_account_path_replace(impl->store, LBR_TREE_ACCOUNTS, &impl->path, text, len, reason);
	lbr_wipe(text, sizeof(text));
	if (error == LBR_OK)
		impl->generation = hold->account.generation;
	hold->account.generation = impl->generation;
	return error;
}

enum lbr_error lbr_file_hold_commit_account(struct lbr_hold *hold, struct lbr_reason *reason)
{
	return replace_account(hold, own(hold)->generation + 1, reason);
}

enum lbr_error lbr_file_hold_commit_hash(struct lbr_hold *hold, struct lbr_reason *reason)
{
	return replace_account(hold, own(hold)->generation, reason);
}

enum lbr_error lbr_file_hold_load_history(struct lbr_hold *hold, unsigned keep, struct lbr_history *history,
                                          struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = own(hold);
	char text[LBR_HISTORY_TEXT_MAX];
	enum lbr_error error;
	size_t len;

	if (!hold->known)
		return lbr_fail(reason, LBR_ERR_INTERNAL, "a decoy has no history");
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
		lbr_history_heal(history, &hold->account, keep);
	return error;
}

enum lbr_error lbr_file_hold_commit_history(struct lbr_hold *hold, const struct lbr_history *history,
                                            struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = own(hold);
	enum lbr_error error = need_account(hold, reason);
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
