/* A new set of accounts: its realm, its probe and its decoys. */
#include <string.h>

#include <liberations/random.h>
#include <liberations/reseal.h>

#include "remote_parts.h"

#define STAND_IN_LEN (LBR_STORE_PADDED_MIN + LBR_ENVELOPE_MORE) /* as an account's record */
#define RANDOM_MAX 256

static enum lbr_error send_decoys(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	struct lbr_store_ask *ask;
	struct lbr_place place;
	char name[LBR_STORE_NAME_MAX];
	unsigned number;

	for (number = 0; error == LBR_OK && number < LBR_DECOYS; number++) {
		lbr_place_of_decoy((uint8_t)number, &place);
		lbr_remote_name(&place, name);
		ask = lbr_remote_begin(store, LBR_STORE_DECOY, name);
		ask->row.slot_len = LBR_SLOT_LEN;
		error = lbr_decoy_encode(store->base.keyring, (uint8_t)number, ask->row.slot);
		if (error == LBR_OK)
			error = lbr_remote_ask_unknown(store, reason);
	}
	return error;
}

static enum lbr_error fill(const struct lbr_keyring *keyring, unsigned window, struct lbr_store_founding *founding)
{
	enum lbr_error error = lbr_random(founding->realm, sizeof(founding->realm));
	size_t at;

	founding->window = window;
	memcpy(founding->key, lbr_keyring_id(keyring), sizeof(founding->key));
	founding->probe_len = LBR_STORE_PROBE_LEN;
	if (error == LBR_OK)
		error = lbr_store_probe_make(keyring, founding->realm, founding->probe);
	founding->stand_in_len = STAND_IN_LEN;
	for (at = 0; error == LBR_OK && at < STAND_IN_LEN; at += RANDOM_MAX)
		error = lbr_random(founding->stand_in + at, STAND_IN_LEN - at < RANDOM_MAX ? STAND_IN_LEN - at : RANDOM_MAX);
	return error;
}

enum lbr_error lbr_store_found(struct lbr_store *base, unsigned window, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = send_decoys(store, reason);
	struct lbr_store_ask *ask;

	if (error != LBR_OK)
		return error;
	ask = lbr_remote_begin(store, LBR_STORE_FOUND, "");
	error = fill(base->keyring, window, &ask->founding);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NOT_SEALED));
	error = lbr_remote_ask_unknown(store, reason);
	if (error == LBR_OK && store->tell.result == LBR_STORE_EXISTS)
		error = lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(STORE_FOUNDED));
	return error;
}
