/* Rows as the database has them: the texts in envelopes, the counters under their MAC alone. */
#include <stdio.h>
#include <string.h>

#include "remote_parts.h"

_Static_assert(LBR_STORE_ACCOUNT_MAX >= LBR_ACCOUNT_TEXT_MAX + LBR_ENVELOPE_MORE, "an account fits");
_Static_assert((LBR_ACCOUNT_TEXT_MAX & (LBR_ACCOUNT_TEXT_MAX - 1)) == 0 && (LBR_HISTORY_TEXT_MAX & (LBR_HISTORY_TEXT_MAX - 1)) == 0,
               "padding ends at the longest text");
_Static_assert(LBR_STORE_HISTORY_MAX >= LBR_HISTORY_TEXT_MAX + LBR_ENVELOPE_MORE, "a history fits");
_Static_assert(LBR_STORE_SLOT_MAX == LBR_SLOT_LEN && LBR_STORE_NAME_MAX == LBR_NAME_MAX + 1, "as the store has them");
_Static_assert(LBR_STORE_REALM_LEN == LBR_REALM_LEN && LBR_STORE_KEY_MAX == LBR_KEY_ID_LEN + 1, "as the keyring has them");

void lbr_remote_name(const struct lbr_place *place, char ret[LBR_STORE_NAME_MAX])
{
	if (place->decoy)
		(void)snprintf(ret, LBR_STORE_NAME_MAX, ".%02x", place->number);
	else
		(void)snprintf(ret, LBR_STORE_NAME_MAX, "%s", place->name);
}

/* A key that is missing here is no damage. */
enum lbr_error lbr_remote_open_text(const struct lbr_remote_store *store, const struct lbr_envelope_place *place,
                                    const unsigned char *sealed, size_t len, char *ret, size_t *ret_len, struct lbr_reason *reason)
{
	enum lbr_error error;

	*ret_len = 0;
	if (len == 0)
		return LBR_OK;
	error = lbr_envelope_open(store->base.keyring, place, sealed, len, ret, reason);
	if (error == LBR_OK)
		*ret_len = strnlen(ret, len - LBR_ENVELOPE_MORE);
	else
		lbr_place_prefix(reason, place->kind, place->name);
	return error == LBR_ERR_ABSENT ? LBR_ERR_UNREACHABLE : error;
}

enum lbr_error lbr_remote_open_row(const struct lbr_remote_store *store, const struct lbr_store_row *sealed, uint64_t floor_step,
                                   const char *name, struct lbr_row *row, struct lbr_reason *reason)
{
	const struct lbr_envelope_place account = {store->realm, "account", name, sealed->generation};
	const struct lbr_envelope_place history = {store->realm, "history", name, 0};
	enum lbr_error error;

	memset(row, 0, sizeof(*row));
	row->copy_count = sealed->slot_len == LBR_SLOT_LEN ? 1 : 0;
	memcpy(row->copies[0], sealed->slot, LBR_SLOT_LEN);
	row->now_s = lbr_store_now_s(&store->base);
	row->floor_step = (int64_t)floor_step;
	if (sealed->account_len > LBR_ACCOUNT_TEXT_MAX + LBR_ENVELOPE_MORE ||
	    sealed->history_len > LBR_HISTORY_TEXT_MAX + LBR_ENVELOPE_MORE)
		return lbr_fail_at(reason, LBR_ERR_DAMAGED, name, LBR_WHY(LONGER_THAN_POSSIBLE));
	error = lbr_remote_open_text(store, &account, sealed->account, sealed->account_len, row->account, &row->account_len,
	                             reason);
	if (error == LBR_OK)
		error = lbr_remote_open_text(store, &history, sealed->history, sealed->history_len, row->history, &row->history_len,
		                             reason);
	if (error != LBR_OK)
		lbr_wipe(row, sizeof(*row));
	return error;
}

/* Encryption shows lengths. Texts have no NUL, so they are filled up with some. */
static size_t padded_len(size_t len)
{
	size_t padded = LBR_STORE_PADDED_MIN;

	while (padded < len)
		padded *= 2;
	return padded;
}

enum lbr_error lbr_remote_seal_text(const struct lbr_remote_store *store, const struct lbr_envelope_place *place, const char *text,
                                    size_t len, unsigned char *ret, size_t *ret_len)
{
	char padded[LBR_HISTORY_TEXT_MAX] = "";
	enum lbr_error error;

	memcpy(padded, text, len);
	*ret_len = padded_len(len) + LBR_ENVELOPE_MORE;
	error = lbr_envelope_seal(store->base.keyring, place, padded, padded_len(len), ret);
	lbr_wipe(padded, sizeof(padded));
	return error;
}

enum lbr_error lbr_remote_seal_swap(const struct lbr_remote_store *store, const struct lbr_swap *swap, const char *name,
                                    struct lbr_store_row *sealed, struct lbr_reason *reason)
{
	const struct lbr_envelope_place account = {store->realm, "account", name, swap->generation};
	const struct lbr_envelope_place history = {store->realm, "history", name, 0};
	enum lbr_error error = LBR_OK;

	if ((swap->parts & LBR_PART_COUNTERS) != 0) {
		memcpy(sealed->slot, swap->counters, LBR_SLOT_LEN);
		sealed->slot_len = LBR_SLOT_LEN;
		sealed->step = (uint64_t)swap->step;
	}
	if ((swap->parts & (LBR_PART_ACCOUNT | LBR_PART_UPKEEP)) != 0)
		error = lbr_remote_seal_text(store, &account, swap->account, swap->account_len, sealed->account,
		                             &sealed->account_len);
	if (error == LBR_OK && (swap->parts & LBR_PART_HISTORY) != 0)
		error = lbr_remote_seal_text(store, &history, swap->history, swap->history_len, sealed->history,
		                             &sealed->history_len);
	return error == LBR_OK ? LBR_OK : lbr_fail_at(reason, error, name, LBR_WHY(NOT_SEALED));
}

void lbr_remote_let_go(struct lbr_remote_store *store)
{
	lbr_wipe(&store->last, sizeof(store->last));
}

void lbr_remote_hold(struct lbr_remote_store *store, const char *name, bool has_history)
{
	struct lbr_remote_last *last = &store->last;
	const struct lbr_store_tell *tell = &store->tell;

	lbr_remote_let_go(store);
	last->held = true;
	last->has_history = has_history;
	memcpy(last->name, name, strlen(name));
	last->epoch = tell->epoch;
	last->floor_step = tell->floor_step > tell->row.step ? tell->floor_step : tell->row.step;
	last->row = tell->row;
	if (!tell->found)
		last->row.account_len = last->row.history_len = 0; /* a decoy has what is as long as a record, and means nothing */
}
