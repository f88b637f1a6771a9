/* Root's questions about the database. */
#include <liberations/store_desk.h>

#include <string.h>

#include "remote_parts.h"

enum lbr_error lbr_store_survey_ask(struct lbr_store *base, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = store->fd < 0 ? lbr_remote_connect(store, reason) : LBR_OK;

	lbr_remote_begin(store, LBR_STORE_SURVEY, "");
	return error == LBR_OK ? lbr_remote_send(store, reason) : error;
}

enum lbr_error lbr_store_survey_hear(struct lbr_store *base, lbr_store_fact *fact, void *context, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = lbr_remote_hear(store, reason);

	while (error == LBR_OK && store->tell.result == LBR_STORE_MORE) {
		fact(context, store->tell.name, store->tell.detail);
		error = lbr_remote_hear(store, reason);
	}
	return error;
}

enum lbr_error lbr_store_install(struct lbr_store *base, const char *host, bool empty, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_INSTALL, "");
	enum lbr_error error;

	if (strlen(host) >= sizeof(ask->other))
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(LONGER_THAN_POSSIBLE));
	memcpy(ask->other, host, strlen(host) + 1);
	ask->alone = empty;
	error = lbr_remote_ask_unknown(store, reason);
	if (error == LBR_OK && store->tell.result == LBR_STORE_EXISTS)
		error = lbr_fail(reason, LBR_ERR_EXISTS, LBR_WHY(STORE_FOUNDED));
	return error;
}

enum lbr_error lbr_store_accept_loss(struct lbr_store *base, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;

	lbr_remote_begin(store, LBR_STORE_ACCEPT, "");
	return lbr_remote_ask_unknown(store, reason);
}

enum lbr_error lbr_store_maker(struct lbr_store *base, const char *name, char ret_login[LBR_NAME_MAX + 1],
                               struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error;

	ret_login[0] = '\0';
	lbr_remote_begin(store, LBR_STORE_MAKER, name);
	error = lbr_remote_ask(store, reason);
	if (error == LBR_OK && store->tell.result != LBR_STORE_EXISTS)
		error = lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	if (error == LBR_OK)
		memcpy(ret_login, store->tell.name, LBR_NAME_MAX + 1);
	return error;
}
