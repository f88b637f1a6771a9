/* Whole records: created, removed, renamed. */
#include <string.h>

#include <liberations/name.h>

#include "remote_parts.h"

/* Puts the form that look-alikes share into the question. A name that cannot be folded is no account's. */
static enum lbr_error fold(struct lbr_store_ask *ask, const char *name, struct lbr_reason *reason)
{
	_Static_assert(sizeof(ask->folded) == LBR_NAME_FOLDED_MAX + 1, "a folded name fits");
	enum lbr_error error = lbr_name_fold(name, ask->folded);

	return error == LBR_OK ? LBR_OK : lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
}

enum lbr_error lbr_remote_conclude(const struct lbr_remote_store *store, const char *name, struct lbr_reason *reason)
{
	const struct lbr_store_tell *tell = &store->tell;

	switch (tell->result) {
	case LBR_STORE_DONE:
		return LBR_OK;
	case LBR_STORE_ABSENT:
		return lbr_fail_at(reason, LBR_ERR_ABSENT, name, LBR_WHY(NO_ACCOUNT));
	case LBR_STORE_EXISTS:
		if (strcmp(tell->name, name) == 0)
			return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(EXISTS));
		return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(LOOK_ALIKE), tell->name);
	default:
		return lbr_fail(reason, lbr_store_is_change(store->ask.what) ? LBR_ERR_UNKNOWN : LBR_ERR_UNREACHABLE,
		                LBR_WHY(STORE_BROKEN));
	}
}

static enum lbr_error ask_and_conclude(struct lbr_remote_store *store, const char *name, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_remote_ask(store, reason);

	lbr_remote_let_go(store);
	return error == LBR_OK ? lbr_remote_conclude(store, name, reason) : error;
}

enum lbr_error lbr_remote_create(struct lbr_store *base, const char *name, const struct lbr_swap *record, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error = lbr_remote_need_realm(store, reason);
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_CREATE, name);

	if (error == LBR_OK)
		error = fold(ask, name, reason);
	if (error == LBR_OK)
		error = lbr_remote_seal_swap(store, record, name, &ask->row, reason);
	ask->row.generation = 1;
	ask->epoch = store->epoch;
	return error == LBR_OK ? ask_and_conclude(store, name, reason) : error;
}

enum lbr_error lbr_remote_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_IS_FREE, strlen(name) <= LBR_NAME_MAX ? name : "");
	enum lbr_error error = lbr_name_fold(name, ask->folded);

	if (error == LBR_ERR_MEMORY)
		return lbr_fail(reason, error, LBR_WHY(NO_MEMORY_TO_FIND));
	return error == LBR_OK ? ask_and_conclude(store, name, reason) : LBR_OK; /* no account can have that name */
}

enum lbr_error lbr_remote_remove(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;

	if (lbr_name_check(name) != LBR_OK)
		return lbr_fail_at(reason, LBR_ERR_ABSENT, name, LBR_WHY(NO_ACCOUNT));
	lbr_remote_begin(store, LBR_STORE_REMOVE, name);
	return ask_and_conclude(store, name, reason);
}

enum lbr_error lbr_remote_rebuild(struct lbr_store *base, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                  struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_store_ask *ask;
	enum lbr_error error;

	if (lbr_name_check(name) != LBR_OK)
		return lbr_fail_at(reason, LBR_ERR_ABSENT, name, LBR_WHY(NO_ACCOUNT));
	error = lbr_remote_need_realm(store, reason);
	if (error != LBR_OK)
		return error;
	ask = lbr_remote_begin(store, LBR_STORE_REBUILD, name);
	memcpy(ask->row.slot, slot, LBR_SLOT_LEN);
	ask->row.slot_len = LBR_SLOT_LEN;
	ask->epoch = store->epoch;
	return ask_and_conclude(store, name, reason);
}
