/* Commits a new password, or a new hash of the same one. */
#include <liberations/change.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/decide.h>
#include <liberations/notice.h>
#include <liberations/origin.h>
#include <liberations/password.h>

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

/* One change of password on its way to the store. */
struct password_change {
	const struct lbr_settings *settings;
	const struct lbr_change   *change;
	const char                *hash;
};

/* No code of a pending token was ever accepted, so none can be replayed here: a last step that is as high comes from the previous
 * token. The last step never goes back. */
static void edit_counters(struct lbr_view *view, const struct lbr_change *change)
{
	if (change->confirm_step > view->counters.last_step)
		view->counters.last_step = change->confirm_step;
	if (change->is_sign_in) {
		view->counters.last_sign_in_s = view->now_s;
		lbr_lane_clear(&view->counters, change->lane); /* both parts were proven, as at any other sign-in */
		lbr_origin_remember(&view->counters, change->origin);
	}
	lbr_notice_raise(&view->counters, LBR_NOTICE_PASSWORD_CHANGED, view->now_s, change->service, change->rhost);
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct password_change *course = context;
	const struct lbr_change *change = course->change;
	struct lbr_account *account = &view->account;

	if (account->generation != change->generation || account->disabled)
		return lbr_fail_at(reason, LBR_ERR_STALE, change->name, LBR_WHY(CHANGED));
	if (account->token_kind != LBR_TOKEN_CONFIRMED && change->confirm_step == 0)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, change->name, LBR_WHY(NEVER_CONFIRMED));
	edit_counters(view, change);
	*ret_parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT | LBR_PART_HISTORY;
	if (change->confirm_step > 0)
		account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = date_of(&view->history, view->now_s);
	account->invited_until_s = 0;
	account->must_change = false;
	replace_hash(account, course->hash);
	lbr_history_heal(&view->history, account, course->settings->history);
	return LBR_OK;
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
	if (!lbr_password_can_serve(change->hash))
		return LBR_ERR_INTERNAL;
	memcpy(ret, change->hash, strlen(change->hash) + 1);
	return LBR_OK;
}

enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason)
{
	char hash[LBR_HASH_MAX] = "";
	struct password_change course = {settings, change, hash};
	struct lbr_view view;
	enum lbr_error error;

	*ret_generation = 0;
	error = find_hash(change, settings, hash);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, change->name, LBR_WHY(PASSWORD_NOT_HASHED));
	error = lbr_store_load_with_history(store, change->name, settings->history, &view, reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &course, reason);
	if (error == LBR_OK)
		*ret_generation = view.account.generation;
	lbr_view_release(&view);
	lbr_wipe(hash, sizeof(hash));
	return error;
}

/* The history follows if it was loaded. */
static enum lbr_error edit_rehash(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct password_change *course = context;

	(void)reason;
	replace_hash(&view->account, course->hash);
	*ret_parts = LBR_PART_UPKEEP;
	if (view->history.count == 0)
		return LBR_OK;
	lbr_history_heal(&view->history, &view->account, course->settings->history);
	*ret_parts |= LBR_PART_HISTORY;
	return LBR_OK;
}

/* LBR_ERR_STALE, or OK with `*ret` true if the hash must be renewed. */
static enum lbr_error need_rehash(const struct lbr_view *view, const struct lbr_settings *settings, uint64_t generation, bool *ret,
                                  struct lbr_reason *reason)
{
	if (view->account.generation != generation)
		return lbr_fail_at(reason, LBR_ERR_STALE, view->account.name, LBR_WHY(CHANGED));
	*ret = lbr_password_is_outdated(view->account.password_hash, settings->hash_cost);
	return LBR_OK;
}

enum lbr_error lbr_change_rehash(struct lbr_store *store, const struct lbr_settings *settings, const char *name,
                                 uint64_t generation, const struct lbr_secret *password,
                                 const struct lbr_admission *admission, bool *ret_done, struct lbr_reason *reason)
{
	char hash[LBR_HASH_MAX] = "";
	struct password_change course = {settings, NULL, hash};
	struct lbr_view view;
	bool needed = false;
	enum lbr_error error;

	*ret_done = false;
	error = lbr_store_load(store, name, &view, reason);
	if (error == LBR_OK)
		error = need_rehash(&view, settings, generation, &needed, reason);
	if (error != LBR_OK || !needed)
		goto out;
	error = hash_in_turn(password, settings->hash_cost, admission, hash);
	if (error != LBR_OK)
		lbr_fail_at(reason, error, name, LBR_WHY(PASSWORD_NOT_REHASHED));
	/* If the history cannot be read, the next change reports the fault, not this sign-in. */
	if (error == LBR_OK && view.account.password_kind == LBR_PASSWORD_OWN)
		(void)lbr_view_load_history(&view, settings->history, NULL);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit_rehash, &course, reason);
	*ret_done = error == LBR_OK;
out:
	lbr_view_release(&view);
	lbr_wipe(hash, sizeof(hash));
	return error;
}
