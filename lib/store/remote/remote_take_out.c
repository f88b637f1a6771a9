/* An account that leaves for the files of one host. */
#include <liberations/moving.h>

#include <string.h>

#include "remote_parts.h"

enum lbr_error lbr_store_realm(struct lbr_store *shared, unsigned char ret[LBR_REALM_LEN], struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)shared;
	enum lbr_error error = lbr_remote_need_realm(store, reason);

	if (error == LBR_OK)
		memcpy(ret, store->realm, LBR_REALM_LEN);
	return error;
}

enum lbr_error lbr_store_take_out(struct lbr_view *view, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)view->impl.store;
	struct lbr_store_ask *ask;
	enum lbr_error error;

	if (store == NULL || !store->last.held || strcmp(store->last.name, view->account.name) != 0)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(NO_ACCOUNT_LOADED));
	ask = lbr_remote_begin(store, LBR_STORE_TAKE_OUT, view->account.name);
	ask->before = store->last.row.version;
	error = lbr_remote_ask(store, reason);
	lbr_remote_let_go(store);
	if (error != LBR_OK || store->tell.result == LBR_STORE_DONE)
		return error;
	if (store->tell.result == LBR_STORE_CHANGED)
		return lbr_fail_at(reason, LBR_ERR_STALE, view->account.name, LBR_WHY(CHANGED));
	return lbr_fail(reason, LBR_ERR_UNKNOWN, LBR_WHY(STORE_BROKEN));
}
