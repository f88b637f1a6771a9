/* The key in force. */
#include <liberations/shared_keys.h>

#include <string.h>

#include "remote_parts.h"

enum lbr_error lbr_store_lacking(struct lbr_store *base, const char *key_id, lbr_store_name *each, void *context,
                                 struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_LACKING, "");
	enum lbr_error error;

	memcpy(ask->other, key_id, strnlen(key_id, sizeof(ask->other) - 1));
	error = lbr_remote_ask(store, reason);
	while (error == LBR_OK && store->tell.result == LBR_STORE_MORE) {
		if (each(context, store->tell.name) != 0) {
			lbr_remote_hang_up(store);
			return LBR_OK;
		}
		error = lbr_remote_hear(store, reason);
	}
	return error;
}

/* The probe under the new key shows every host whether it has that key. Only the database puts it in force: a host may lack it. */
static enum lbr_error fill(struct lbr_remote_store *store, const char *key_id, struct lbr_reason *reason)
{
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_ACTIVATE, "");
	char before[LBR_KEY_ID_LEN + 1];
	enum lbr_error error;

	memcpy(before, lbr_keyring_id(store->keyring), sizeof(before));
	error = lbr_keyring_put_in_force(store->keyring, key_id);

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(STORE_KEY_MISSING), key_id);
	memcpy(ask->other, key_id, LBR_KEY_ID_LEN);
	ask->row.account_len = LBR_STORE_PROBE_LEN;
	error = lbr_store_probe_make(store->keyring, store->realm, ask->row.account);
	(void)lbr_keyring_put_in_force(store->keyring, before);
	return error == LBR_OK ? LBR_OK : lbr_fail(reason, error, LBR_WHY(NOT_SEALED));
}

enum lbr_error lbr_store_activate(struct lbr_store *base, const char *key_id, bool *ret_changed,
                                  char ret_lacking[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = lbr_remote_need_realm(store, reason);

	*ret_changed = error == LBR_OK && strcmp(lbr_keyring_id(store->keyring), key_id) != 0;
	if (error == LBR_OK)
		error = fill(store, key_id, reason);
	if (error == LBR_OK)
		error = lbr_remote_ask(store, reason);
	if (error == LBR_OK && store->tell.result != LBR_STORE_DONE)
		error = lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(STORE_BUSY));
	if (error == LBR_OK)
		(void)lbr_keyring_put_in_force(store->keyring, key_id);
	memcpy(ret_lacking, store->tell.name, LBR_NAME_MAX + 1);
	return error;
}
