/* Committing a new password, or a new hash of the same one. Hashing never happens under the lock. */
#include <liberations/change.h>

#include <liberations/password.h>

#include "password_form.h"

static enum lbr_error commit_counters(struct lbr_hold *hold, const struct lbr_change *change, struct lbr_reason *reason)
{
	if (change->confirm_step == 0 && !change->is_sign_in)
		return LBR_OK;
	/* No code of a pending token was ever accepted, so none can be replayed here: a last step that is as high stems from
	 * the token before it. It never goes back. */
	if (change->confirm_step > hold->counters.last_step)
		hold->counters.last_step = change->confirm_step;
	if (change->is_sign_in)
		hold->counters.last_sign_in_s = change->now_s;
	return lbr_hold_commit_counters(hold, reason);
}

static void replace_hash(struct lbr_account *account, const char *hash)
{
	lbr_wipe(account->password_hash, sizeof(account->password_hash));
	memcpy(account->password_hash, hash, strlen(hash) + 1);
}

/* The history tells two passwords from two hashes of one by their dates, so no two passwords may bear the same
 * second. */
static int64_t date_of(const struct lbr_history *history, int64_t now_s)
{
	return history->count > 0 && history->entries[0].set_s == now_s ? now_s + 1 : now_s;
}

/* The account is committed: the change stands, and a history that could not be written heals at the next read, for
 * it lacks only the line that the account itself holds. */
static void follow_with_history(struct lbr_hold *hold, const struct lbr_settings *settings, struct lbr_history *history)
{
	lbr_history_heal(history, &hold->account, settings->history);
	(void)lbr_hold_commit_history(hold, history, NULL);
}

/* Under the lock, on the account as it is now: counters, account, history, in that order, so that a crash between
 * them leaves a burned code or a history that heals, never an account that nobody can enter. */
static enum lbr_error commit_held(struct lbr_hold *hold, const struct lbr_settings *settings,
                                  const struct lbr_change *change, const char *hash, struct lbr_history *history,
                                  struct lbr_reason *reason)
{
	struct lbr_account *account = &hold->account;
	enum lbr_error error;

	if (account->generation != change->generation || account->disabled)
		return lbr_fail(reason, LBR_ERR_STALE, "%s: the account changed meanwhile", change->name);
	if (account->token_kind != LBR_TOKEN_CONFIRMED && change->confirm_step == 0)
		return lbr_fail(reason, LBR_ERR_INTERNAL, "%s: its token was never confirmed", change->name);
	error = lbr_hold_load_history(hold, settings->history, history, reason);
	/* It may lack the line of an earlier change whose last write failed. Only one may ever be missing. */
	if (error == LBR_OK && history->lags)
		error = lbr_hold_commit_history(hold, history, reason);
	if (error == LBR_OK)
		error = commit_counters(hold, change, reason);
	if (error != LBR_OK)
		return error;
	if (change->confirm_step > 0)
		account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = date_of(history, change->now_s);
	account->invited_until_s = 0;
	account->must_change = false;
	replace_hash(account, hash);
	error = lbr_hold_commit_account(hold, reason);
	if (error == LBR_OK)
		follow_with_history(hold, settings, history);
	return error;
}

/* The one that was made when the password was judged, or a new one. */
static enum lbr_error find_hash(const struct lbr_change *change, const struct lbr_settings *settings, char ret[LBR_HASH_MAX])
{
	if (change->hash == NULL)
		return lbr_password_hash(change->password, settings->hash_cost, ret);
	if (!lbr_hash_is_allowed(change->hash))
		return LBR_ERR_INTERNAL;
	memcpy(ret, change->hash, strlen(change->hash) + 1);
	return LBR_OK;
}

enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason)
{
	struct lbr_hold hold = {0};
	struct lbr_history history = {0};
	char hash[LBR_HASH_MAX] = "";
	enum lbr_error error;

	*ret_generation = 0;
	error = find_hash(change, settings, hash);
	if (error != LBR_OK)
		return lbr_fail(reason, error, "%s: the new password could not be hashed", change->name);
	error = lbr_hold_open(store, change->name, &hold, reason);
	if (error == LBR_OK)
		error = commit_held(&hold, settings, change, hash, &history, reason);
	if (error == LBR_OK)
		*ret_generation = hold.account.generation;
	lbr_hold_close(&hold);
	lbr_history_wipe(&history);
	lbr_wipe(hash, sizeof(hash));
	return error;
}

/* The history follows if it can be read; if not, that is a fault for the next change, not for this sign-in. */
static enum lbr_error commit_rehash(struct lbr_hold *hold, const struct lbr_settings *settings, const char *hash,
                                    struct lbr_reason *reason)
{
	struct lbr_history history = {0};
	enum lbr_error error;

	replace_hash(&hold->account, hash);
	error = lbr_hold_commit_hash(hold, reason);
	if (error == LBR_OK && lbr_hold_load_history(hold, settings->history, &history, NULL) == LBR_OK && history.lags)
		(void)lbr_hold_commit_history(hold, &history, NULL);
	lbr_history_wipe(&history);
	return error;
}

/* Nothing to do, something, or STALE. */
static enum lbr_error need_rehash(const struct lbr_hold *hold, const struct lbr_settings *settings, uint64_t generation,
                                  bool *ret, struct lbr_reason *reason)
{
	if (hold->account.generation != generation)
		return lbr_fail(reason, LBR_ERR_STALE, "%s: the account changed meanwhile", hold->account.name);
	*ret = lbr_password_is_outdated(hold->account.password_hash, settings->hash_cost);
	return LBR_OK;
}

enum lbr_error lbr_change_rehash(struct lbr_store *store, const struct lbr_settings *settings, const char *name,
                                 uint64_t generation, const struct lbr_secret *password, bool *ret_done,
                                 struct lbr_reason *reason)
{
	struct lbr_hold hold = {0};
	char hash[LBR_HASH_MAX] = "";
	bool needed = false;
	enum lbr_error error;

	*ret_done = false;
	error = lbr_hold_open(store, name, &hold, reason);
	if (error == LBR_OK)
		error = need_rehash(&hold, settings, generation, &needed, reason);
	if (error != LBR_OK || !needed)
		goto out;
	lbr_hold_unlock(&hold);
	error = lbr_password_hash(password, settings->hash_cost, hash);
	if (error != LBR_OK)
		lbr_fail(reason, error, "%s: the password could not be hashed anew", name);
	if (error == LBR_OK)
		error = lbr_hold_relock(&hold, reason);
	if (error == LBR_OK)
		error = commit_rehash(&hold, settings, hash, reason);
	*ret_done = error == LBR_OK;
out:
	lbr_hold_close(&hold);
	lbr_wipe(hash, sizeof(hash));
	return error;
}
