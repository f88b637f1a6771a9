/* Commits a new password, or a new hash of the same one. Hashing never happens under the lock. */
#include <liberations/change.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/password.h>

#include "password_form.h"

static enum lbr_error commit_counters(struct lbr_locked_account *locked, const struct lbr_change *change, struct lbr_reason *reason)
{
	if (change->confirm_step == 0 && !change->is_sign_in)
		return LBR_OK;
	/* No code of a pending token was ever accepted, so none can be replayed here: a last step that is as high comes
	 * from the previous token. The last step never goes back. */
	if (change->confirm_step > locked->counters.last_step)
		locked->counters.last_step = change->confirm_step;
	if (change->is_sign_in)
		locked->counters.last_sign_in_s = change->now_s;
	return lbr_account_commit_counters(locked, reason);
}

static void replace_hash(struct lbr_account *account, const char *hash)
{
	lbr_wipe(account->password_hash, sizeof(account->password_hash));
	memcpy(account->password_hash, hash, strlen(hash) + 1);
}

/* The history tells a new password from a new hash of the same one by the date, so two passwords never have the same second. */
static int64_t date_of(const struct lbr_history *history, int64_t now_s)
{
	return history->count > 0 && history->entries[0].set_s == now_s ? now_s + 1 : now_s;
}

/* The account is committed, so the change is final. A history that could not be written heals at the next read, since it
 * lacks only the line that the account itself holds. */
static void follow_with_history(struct lbr_locked_account *locked, const struct lbr_settings *settings, struct lbr_history *history)
{
	lbr_history_heal(history, &locked->account, settings->history);
	(void)lbr_account_commit_history(locked, history, NULL);
}

/* Under the lock, on the current account: counters, account, history, in that order, so that a crash between them leaves a
 * burned code or a history that heals, never an account that can no longer sign in. */
static enum lbr_error commit_held(struct lbr_locked_account *locked, const struct lbr_settings *settings,
                                  const struct lbr_change *change, const char *hash, struct lbr_history *history,
                                  struct lbr_reason *reason)
{
	struct lbr_account *account = &locked->account;
	enum lbr_error error;

	if (account->generation != change->generation || account->disabled)
		return lbr_fail_at(reason, LBR_ERR_STALE, change->name, LBR_WHY(CHANGED));
	if (account->token_kind != LBR_TOKEN_CONFIRMED && change->confirm_step == 0)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, change->name, LBR_WHY(NEVER_CONFIRMED));
	error = lbr_account_load_history(locked, settings->history, history, reason);
	/* It may lack the line of an earlier change whose last write failed. Only one may ever be missing. */
	if (error == LBR_OK && history->lags)
		error = lbr_account_commit_history(locked, history, reason);
	if (error == LBR_OK)
		error = commit_counters(locked, change, reason);
	if (error != LBR_OK)
		return error;
	if (change->confirm_step > 0)
		account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = date_of(history, change->now_s);
	account->invited_until_s = 0;
	account->must_change = false;
	replace_hash(account, hash);
	error = lbr_account_commit(locked, reason);
	if (error == LBR_OK)
		follow_with_history(locked, settings, history);
	return error;
}

static enum lbr_error hash_in_turn(const struct lbr_secret *password, unsigned cost, const struct lbr_admission *admission,
                                   char ret[LBR_HASH_MAX])
{
	enum lbr_error error = lbr_admission_enter(admission, NULL);

	if (error != LBR_OK)
		return error;
	error = lbr_password_hash(password, cost, ret);
	lbr_admission_leave(admission);
	return error;
}

/* The hash that was made when the password was judged, or a new one. */
static enum lbr_error find_hash(const struct lbr_change *change, const struct lbr_settings *settings, char ret[LBR_HASH_MAX])
{
	if (change->hash == NULL)
		return hash_in_turn(change->password, settings->hash_cost, change->admission, ret);
	if (!lbr_hash_is_allowed(change->hash))
		return LBR_ERR_INTERNAL;
	memcpy(ret, change->hash, strlen(change->hash) + 1);
	return LBR_OK;
}

enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason)
{
	struct lbr_locked_account locked = {0};
	struct lbr_history history = {0};
	char hash[LBR_HASH_MAX] = "";
	enum lbr_error error;

	*ret_generation = 0;
	error = find_hash(change, settings, hash);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, change->name, LBR_WHY(PASSWORD_NOT_HASHED));
	error = lbr_account_lock(store, change->name, &locked, reason);
	if (error == LBR_OK)
		error = commit_held(&locked, settings, change, hash, &history, reason);
	if (error == LBR_OK)
		*ret_generation = locked.account.generation;
	lbr_account_release(&locked);
	lbr_history_wipe(&history);
	lbr_wipe(hash, sizeof(hash));
	return error;
}

/* The history follows if it can be read; if not, the next change reports the fault, not this sign-in. */
static enum lbr_error commit_rehash(struct lbr_locked_account *locked, const struct lbr_settings *settings, const char *hash,
                                    struct lbr_reason *reason)
{
	struct lbr_history history = {0};
	enum lbr_error error;

	replace_hash(&locked->account, hash);
	error = lbr_account_commit_upkeep(locked, reason);
	if (error == LBR_OK && lbr_account_load_history(locked, settings->history, &history, NULL) == LBR_OK && history.lags)
		(void)lbr_account_commit_history(locked, &history, NULL);
	lbr_history_wipe(&history);
	return error;
}

/* LBR_ERR_STALE, or OK with `*ret` true if the hash must be renewed. */
static enum lbr_error need_rehash(const struct lbr_locked_account *locked, const struct lbr_settings *settings, uint64_t generation,
                                  bool *ret, struct lbr_reason *reason)
{
	if (locked->account.generation != generation)
		return lbr_fail_at(reason, LBR_ERR_STALE, locked->account.name, LBR_WHY(CHANGED));
	*ret = lbr_password_is_outdated(locked->account.password_hash, settings->hash_cost);
	return LBR_OK;
}

enum lbr_error lbr_change_rehash(struct lbr_store *store, const struct lbr_settings *settings, const char *name,
                                 uint64_t generation, const struct lbr_secret *password,
                                 const struct lbr_admission *admission, bool *ret_done, struct lbr_reason *reason)
{
	struct lbr_locked_account locked = {0};
	char hash[LBR_HASH_MAX] = "";
	bool needed = false;
	enum lbr_error error;

	*ret_done = false;
	error = lbr_account_lock(store, name, &locked, reason);
	if (error == LBR_OK)
		error = need_rehash(&locked, settings, generation, &needed, reason);
	if (error != LBR_OK || !needed)
		goto out;
	lbr_account_unlock(&locked);
	error = hash_in_turn(password, settings->hash_cost, admission, hash);
	if (error != LBR_OK)
		lbr_fail_at(reason, error, name, LBR_WHY(PASSWORD_NOT_REHASHED));
	if (error == LBR_OK)
		error = lbr_account_relock(&locked, reason);
	if (error == LBR_OK)
		error = commit_rehash(&locked, settings, hash, reason);
	*ret_done = error == LBR_OK;
out:
	lbr_account_release(&locked);
	lbr_wipe(hash, sizeof(hash));
	return error;
}
