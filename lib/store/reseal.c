/* Records sealed again. A part is a commit of its own, and the next one looks at what is then stored. */
#include <liberations/reseal.h>

#include <stdbool.h>
#include <string.h>

#include <liberations/recovery.h>

#include "copies.h"
#include "record.h"
#include "slot_parts.h"
#include "store_ops.h"

#define ROUNDS_MAX 8 /* three parts, once more where somebody else wrote in between */

/* A record as decoded. */
struct whole {
	struct lbr_account  account;
	struct lbr_counters counters;
	struct lbr_copies   copies;
	struct lbr_history  history;
};

struct resealing {
	struct lbr_store *store;
	struct lbr_place  place;
	struct whole      whole;
	unsigned          parts; /* what this round wrote */
	struct lbr_keys_named named; /* after a round that wrote nothing */
};

static enum lbr_error read_whole(struct resealing *course, const struct lbr_row *row, struct lbr_reason *reason)
{
	const struct lbr_keyring *keyring = course->store->keyring;
	struct whole *whole = &course->whole;
	enum lbr_error error = lbr_copies_read(row, &course->place, keyring, &whole->counters, &whole->copies, reason);

	if (error != LBR_OK || course->place.decoy)
		return error;
	error = lbr_account_decode(row->account, row->account_len, course->place.name, keyring, &whole->account, reason);
	if (error != LBR_OK) {
		lbr_place_prefix(reason, "accounts", course->place.name);
		return error;
	}
	if (row->history_len > 0)
		error = lbr_history_decode(row->history, row->history_len, course->place.name, keyring, &whole->history, reason);
	if (error != LBR_OK)
		lbr_place_prefix(reason, "history", course->place.name);
	return error;
}

static bool has_dead_codes(const struct whole *whole)
{
	return whole->account.recovery_count > 0 && lbr_recovery_left(&whole->account, &whole->counters) == 0;
}

static bool is_in_force(const struct resealing *course, const char *id)
{
	return strncmp(id, lbr_keyring_id(course->store->keyring), LBR_KEY_ID_LEN) == 0;
}

static bool has_old_counters(const struct resealing *course, const struct lbr_row *row)
{
	unsigned at;

	for (at = 0; at < row->copy_count; at++)
		if (!is_in_force(course, (const char *)row->copies[at] + LBR_SLOT_AT_KEY))
			return true;
	return course->whole.copies.upgrades;
}

static bool has_old_text(const struct resealing *course, const char *text, size_t len)
{
	char id[LBR_KEY_ID_LEN + 1];

	lbr_record_key(text, len, id);
	return len > 0 && !is_in_force(course, id);
}

static bool has_old_account(const struct resealing *course, const struct lbr_row *row)
{
	const struct lbr_account *account = &course->whole.account;

	return has_old_text(course, row->account, row->account_len) || !is_in_force(course, account->token.key_id) ||
	       (has_dead_codes(&course->whole) && !is_in_force(course, account->recovery_key));
}

/* All copies at once: the one that is not in force names the old key too. */
static enum lbr_error reseal_counters(struct resealing *course, struct lbr_swap *swap, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_copies_next(&course->whole.copies, &course->place, course->store->keyring,
	                                       &course->whole.counters, swap, reason);

	swap->every_copy = true;
	swap->parts = LBR_PART_COUNTERS;
	return error;
}

static enum lbr_error reseal_account(struct resealing *course, struct lbr_swap *swap, struct lbr_reason *reason)
{
	struct lbr_account *account = &course->whole.account;
	enum lbr_error error = LBR_OK;

	if (!is_in_force(course, account->token.key_id))
		error = lbr_token_reseal(course->store->keyring, lbr_account_keyed_name(account), &account->token);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, account->name, LBR_WHY(TOKEN_NOT_RESEALED), account->token.key_id);
	if (has_dead_codes(&course->whole))
		lbr_recovery_clear(account);
	swap->generation = account->generation;
	swap->parts = LBR_PART_UPKEEP;
	return lbr_account_encode(account, course->store->keyring, swap->account, &swap->account_len, reason);
}

static enum lbr_error reseal_history(struct resealing *course, struct lbr_swap *swap, struct lbr_reason *reason)
{
	swap->parts = LBR_PART_HISTORY;
	return lbr_history_encode(&course->whole.history, course->place.name, course->store->keyring, swap->history,
	                          &swap->history_len, reason);
}

static void note_keys(const struct resealing *course, const struct lbr_row *row, struct lbr_keys_named *ret)
{
	const struct lbr_account *account = &course->whole.account;
	unsigned at;

	memset(ret, 0, sizeof(*ret));
	lbr_record_key(row->account, row->account_len, ret->sealed[0]);
	lbr_record_key(row->history, row->history_len, ret->sealed[1]);
	memcpy(ret->sealed[2], account->token.key_id, sizeof(ret->sealed[2]));
	memcpy(has_dead_codes(&course->whole) ? ret->sealed[3] : ret->recovery, account->recovery_key, sizeof(ret->recovery));
	for (at = 0; at < row->copy_count; at++)
		memcpy(ret->sealed[4 + at], row->copies[at] + LBR_SLOT_AT_KEY, LBR_KEY_ID_LEN);
}

static enum lbr_error judge(void *context, const struct lbr_row *row, struct lbr_swap *swap, struct lbr_reason *reason)
{
	struct resealing *course = context;
	enum lbr_error error;

	lbr_wipe(&course->whole, sizeof(course->whole));
	swap->parts = course->parts = LBR_PART_NONE;
	error = lbr_store_need_current(course->store->keyring, reason);
	if (error == LBR_OK)
		error = read_whole(course, row, reason);
	if (error != LBR_OK)
		return error;
	if (has_old_counters(course, row))
		error = reseal_counters(course, swap, reason);
	else if (!course->place.decoy && has_old_account(course, row))
		error = reseal_account(course, swap, reason);
	else if (has_old_text(course, row->history, row->history_len))
		error = reseal_history(course, swap, reason);
	else
		note_keys(course, row, &course->named);
	course->parts = swap->parts;
	return error;
}

static enum lbr_error reseal(struct resealing *course, bool *ret_changed, struct lbr_keys_named *ret, struct lbr_reason *reason)
{
	const struct lbr_store_ops *ops = course->store->ops;
	enum lbr_error error = LBR_OK;
	int rounds = 0;

	*ret_changed = false;
	do {
		if (rounds++ == ROUNDS_MAX)
			error = lbr_fail_at(reason, LBR_ERR_BUSY, course->place.name, LBR_WHY(CHANGED));
		else
			error = ops->commit(course->store, &course->place, !course->place.decoy, judge, course, reason);
		*ret_changed = *ret_changed || (error == LBR_OK && course->parts != LBR_PART_NONE);
	} while (error == LBR_OK && course->parts != LBR_PART_NONE);
	if (error == LBR_OK)
		*ret = course->named;
	lbr_wipe(course, sizeof(*course));
	return error;
}

enum lbr_error lbr_store_reseal(struct lbr_store *store, const char *name, bool *ret_changed, struct lbr_keys_named *ret,
                                struct lbr_reason *reason)
{
	struct resealing course = {.store = store};

	*ret_changed = false;
	memset(ret, 0, sizeof(*ret));
	if (lbr_name_check(name) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	memcpy(course.place.name, name, strlen(name)); /* at most LBR_NAME_MAX: it was checked */
	return reseal(&course, ret_changed, ret, reason);
}

enum lbr_error lbr_store_reseal_decoy(struct lbr_store *store, uint8_t number, bool *ret_changed, struct lbr_keys_named *ret,
                                      struct lbr_reason *reason)
{
	struct resealing course = {.store = store};

	memset(ret, 0, sizeof(*ret));
	lbr_place_of_decoy(number, &course.place);
	return reseal(&course, ret_changed, ret, reason);
}

static enum lbr_error read_keys(struct resealing *course, struct lbr_keys_named *ret, struct lbr_reason *reason)
{
	struct lbr_row row = {.account_len = 0};
	enum lbr_error error = course->store->ops->load(course->store, &course->place, !course->place.decoy, &row, reason);

	if (error == LBR_OK)
		error = read_whole(course, &row, reason);
	if (error == LBR_OK)
		note_keys(course, &row, ret);
	lbr_wipe(&row, sizeof(row));
	lbr_wipe(course, sizeof(*course));
	return error;
}

enum lbr_error lbr_store_keys(struct lbr_store *store, const char *name, struct lbr_keys_named *ret, struct lbr_reason *reason)
{
	struct resealing course = {.store = store};

	memset(ret, 0, sizeof(*ret));
	if (lbr_name_check(name) != LBR_OK)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	memcpy(course.place.name, name, strlen(name));
	return read_keys(&course, ret, reason);
}

enum lbr_error lbr_store_decoy_keys(struct lbr_store *store, uint8_t number, struct lbr_keys_named *ret, struct lbr_reason *reason)
{
	struct resealing course = {.store = store};

	memset(ret, 0, sizeof(*ret));
	lbr_place_of_decoy(number, &course.place);
	return read_keys(&course, ret, reason);
}
