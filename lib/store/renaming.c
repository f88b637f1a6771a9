/* Another name for an account. What the store moves is sound under both names, so that moving it is one step; once it is moved, it
 * is written again as any other account. */
#include <stdbool.h>
#include <string.h>

#include <liberations/name.h>

#include "copies.h"
#include "store_ops.h"

static enum lbr_error move_counters(const struct lbr_renaming *course, const struct lbr_row *row, struct lbr_swap *swap,
                                    struct lbr_reason *reason)
{
	struct lbr_place place = {.decoy = false};
	struct lbr_counters counters;
	struct lbr_copies copies;
	enum lbr_error error;

	memcpy(place.name, course->from, strlen(course->from));
	error = lbr_copies_read(row, &place, course->keyring, &counters, &copies, reason);
	if (error == LBR_OK)
		error = lbr_copies_renew(course->keyring, course->to, &counters, swap->counters);
	swap->parts |= LBR_PART_COUNTERS;
	return error;
}

static enum lbr_error move_account(const struct lbr_renaming *course, const struct lbr_row *row, struct lbr_swap *swap,
                                   struct lbr_reason *reason)
{
	struct lbr_account account;
	enum lbr_error error = lbr_account_decode(row->account, row->account_len, course->from, course->keyring, &account, reason);

	if (error != LBR_OK) {
		lbr_place_prefix(reason, "accounts", course->from);
		return error;
	}
	/* Named by an old key, it would be missed by a search for that key which has passed the new name's shard already. */
	if (strcmp(account.token.key_id, lbr_keyring_id(course->keyring)) != 0)
		error = lbr_token_reseal(course->keyring, lbr_account_keyed_name(&account), &account.token);
	account.generation++;
	swap->generation = account.generation;
	memset(account.new_name, 0, sizeof(account.new_name));
	memcpy(account.new_name, course->to, strlen(course->to));
	if (error != LBR_OK)
		lbr_fail_at(reason, error, account.name, LBR_WHY(TOKEN_NOT_RESEALED), account.token.key_id);
	else
		error = lbr_account_encode(&account, course->keyring, swap->account, &swap->account_len, reason);
	swap->parts |= LBR_PART_ACCOUNT;
	lbr_account_wipe(&account);
	return error;
}

/* A line that it lacks is still in the account, and heals it later. */
static enum lbr_error move_history(const struct lbr_renaming *course, const struct lbr_row *row, struct lbr_swap *swap,
                                   struct lbr_reason *reason)
{
	struct lbr_history history;
	enum lbr_error error;

	if (row->history_len == 0)
		return LBR_OK;
	error = lbr_history_decode(row->history, row->history_len, course->from, course->keyring, &history, reason);
	if (error != LBR_OK)
		lbr_place_prefix(reason, "history", course->from);
	if (error == LBR_OK)
		error = lbr_history_encode(&history, course->to, course->keyring, swap->history, &swap->history_len, reason);
	swap->parts |= LBR_PART_HISTORY;
	lbr_history_wipe(&history);
	return error;
}

static enum lbr_error judge(void *context, const struct lbr_row *row, struct lbr_swap *swap, struct lbr_reason *reason)
{
	const struct lbr_renaming *course = context;
	enum lbr_error error;

	swap->parts = LBR_PART_NONE;
	error = lbr_store_need_current(course->keyring, reason);
	if (error == LBR_OK)
		error = move_account(course, row, swap, reason);
	if (error == LBR_OK)
		error = move_counters(course, row, swap, reason);
	if (error == LBR_OK)
		error = move_history(course, row, swap, reason);
	return error;
}

static enum lbr_error write_again(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)view, (void)reason;
	*ret_parts = LBR_PART_UPKEEP;
	return LBR_OK;
}

/* The name is the new one already: whatever happens here, the next change of the account does the same. */
static void settle(struct lbr_store *store, const char *to)
{
	struct lbr_view view;

	if (lbr_store_load(store, to, &view, NULL) == LBR_OK)
		(void)lbr_store_commit(&view, write_again, NULL, NULL);
	lbr_view_release(&view);
}

/* Interrupted before what `from` left was removed: until then the account still says from where it comes. */
static bool is_done(const struct lbr_renaming *renaming, const struct lbr_row *row)
{
	struct lbr_account account;
	bool done = lbr_account_decode(row->account, row->account_len, renaming->to, renaming->keyring, &account, NULL) == LBR_OK &&
	            strcmp(account.former_name, renaming->from) == 0;

	lbr_account_wipe(&account);
	return done;
}

static enum lbr_error check_names(const char *from, const char *to, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_name_check(to);

	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	if (lbr_name_check(from) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	return strcmp(from, to) != 0 ? LBR_OK : lbr_fail_at(reason, LBR_ERR_EXISTS, to, LBR_WHY(EXISTS));
}

enum lbr_error lbr_store_rename(struct lbr_store *store, const char *from, const char *to, bool dry, struct lbr_reason *reason)
{
	struct lbr_renaming renaming = {
		.keyring = store->keyring, .from = from, .to = to, .dry = dry, .judge = judge, .is_done = is_done,
	};
	enum lbr_error error = check_names(from, to, reason);

	if (error == LBR_OK)
		error = store->ops->rename(store, &renaming, reason);
	if (error == LBR_OK && !dry && !renaming.leaves)
		settle(store, to);
	if (error == LBR_ERR_UNKNOWN)
		lbr_reason_prefix_clause(reason, LBR_WHY(PERHAPS_STORED));
	return error;
}
