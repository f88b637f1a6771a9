/* Changing a password: judged by the rules first, then against the ten last, then committed. Hashing never happens under the
 * lock. */
#include <liberations/change.h>

#include <liberations/password.h>

/* Folds ASCII case for the comparison with the user's name. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True if the password is little more than the name: it holds the name and fewer than 4 characters besides. */
static bool is_mostly_name(const struct lbr_secret *password, const char *name)
{
	size_t name_len = strlen(name), at, i;

	if (name_len == 0 || password->len < name_len || password->len - name_len >= 4)
		return false;
	for (at = 0; at + name_len <= password->len; at++) {
		for (i = 0; i < name_len && lower(password->bytes[at + i]) == lower(name[i]); i++)
			;
		if (i == name_len)
			return true;
	}
	return false;
}

enum lbr_objection lbr_change_judge(const struct lbr_secret *password, const char *name, const struct lbr_settings *settings)
{
	size_t points = lbr_password_points(password);

	if (points > LBR_PASSWORD_MAX_POINTS || password->len > LBR_PASSWORD_MAX_BYTES)
		return LBR_OBJECTION_LONG;
	if (points < settings->min_length)
		return LBR_OBJECTION_SHORT;
	if (is_mostly_name(password, name))
		return LBR_OBJECTION_NAME;
	return LBR_OBJECTION_NONE;
}

/* Reads account and history under the lock and lets go of it. */
static enum lbr_error read_kept(struct lbr_store *store, const char *name, const struct lbr_settings *settings,
                                struct lbr_account *account, struct lbr_history *history, struct lbr_reason *reason)
{
	struct lbr_hold hold = {0};
	enum lbr_error error;

	error = lbr_hold_open(store, name, &hold, reason);
	if (error == LBR_OK)
		error = lbr_hold_load_history(&hold, settings->history, history, reason);
	if (error == LBR_OK)
		*account = hold.account;
	lbr_hold_close(&hold);
	return error;
}

enum lbr_error lbr_change_check_history(struct lbr_store *store, const char *name, const struct lbr_secret *password,
                                        const struct lbr_settings *settings, enum lbr_objection *ret,
                                        struct lbr_reason *reason)
{
	struct lbr_account account = {0};
	struct lbr_history history = {0};
	enum lbr_objection found = LBR_OBJECTION_NONE;
	enum lbr_error error;
	unsigned i;

	*ret = LBR_OBJECTION_USED;
	error = read_kept(store, name, settings, &account, &history, reason);
	if (error != LBR_OK)
		goto out;
	/* A temporary password is not in the history; it may not become one's own either. */
	if (account.password_kind == LBR_PASSWORD_TEMPORARY && lbr_password_matches(password, account.password_hash))
		found = LBR_OBJECTION_SAME;
	for (i = 0; i < history.count; i++)
		if (lbr_password_matches(password, history.entries[i].hash) && found == LBR_OBJECTION_NONE)
			found = i == 0 && account.password_kind == LBR_PASSWORD_OWN ? LBR_OBJECTION_SAME : LBR_OBJECTION_USED;
	*ret = found;
out:
	lbr_account_wipe(&account);
	lbr_history_wipe(&history);
	return error;
}

static enum lbr_error commit_counters(struct lbr_hold *hold, const struct lbr_change *change, struct lbr_reason *reason)
{
	if (change->confirm_step == 0 && !change->is_sign_in)
		return LBR_OK;
	if (change->confirm_step != 0) {
		if (change->confirm_step <= hold->counters.last_step)
			return lbr_fail(reason, LBR_ERR_STALE, "%s: the confirming code was accepted before", change->name);
		hold->counters.last_step = change->confirm_step;
	}
	if (change->is_sign_in)
		hold->counters.last_sign_in_s = change->now_s;
	return lbr_hold_commit_counters(hold, reason);
}

/* Under the lock, on the account as it is now: counters, account, history, in that order, so that a crash between them leaves
 * a burned code or a history that heals, never an account that nobody can enter. */
static enum lbr_error commit_held(struct lbr_hold *hold, const struct lbr_settings *settings, const struct lbr_change *change,
                                  const char *hash, struct lbr_history *history, struct lbr_reason *reason)
{
	struct lbr_account *account = &hold->account;
	enum lbr_error error;

	if (account->generation != change->generation || account->disabled)
		return lbr_fail(reason, LBR_ERR_STALE, "%s: the account changed meanwhile", change->name);
	error = lbr_hold_load_history(hold, settings->history, history, reason);
	if (error == LBR_OK)
		error = commit_counters(hold, change, reason);
	if (error != LBR_OK)
		return error;
	if (change->confirm_step > 0)
		account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = change->now_s;
	account->invited_until_s = 0;
	account->must_change = false;
	lbr_wipe(account->password_hash, sizeof(account->password_hash));
	memcpy(account->password_hash, hash, strlen(hash) + 1);
	error = lbr_hold_commit_account(hold, reason);
	if (error != LBR_OK)
		return error;
	lbr_history_heal(history, account, settings->history);
	/* The account is committed: from here on the change stands, and a history that could not be written heals at the next
	 * read, for it lacks only the line that the account itself holds. */
	(void)lbr_hold_commit_history(hold, history, NULL);
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
	error = lbr_password_hash(change->password, settings->hash_cost, hash);
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
