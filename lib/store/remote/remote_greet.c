/* Questions on a connection that is greeted first. */
#include <stdio.h>
#include <string.h>

#include "remote_parts.h"

_Static_assert(sizeof(((struct lbr_store_ask *)0)->folded) > LBR_KEYRING_IDS_MAX + LBR_POLICY_DIGEST_MAX, "all of it fits");

void lbr_remote_store_set_policy(struct lbr_store *base, const char *digest)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;

	(void)snprintf(store->policy, sizeof(store->policy), "%s", digest);
}

/* Other hosts must know the keys before they seal with a new one. */
static void put_own(const struct lbr_remote_store *store, char *ret, size_t size)
{
	char ids[LBR_KEYRING_IDS_MAX];

	lbr_keyring_ids(store->base.keyring, ids);
	(void)snprintf(ret, size, "%s%s%s", ids, store->policy[0] != '\0' ? ";" : "", store->policy);
}

static void begin_hello(struct lbr_remote_store *store)
{
	lbr_remote_begin(store, LBR_STORE_HELLO, "");
	store->ask.count = LBR_STORE_WIRE_VERSION;
	put_own(store, store->ask.folded, sizeof(store->ask.folded));
}

static enum lbr_error hear_hello(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_remote_hear(store, reason);

	if (error == LBR_OK)
		error = lbr_remote_check_probe(store, reason);
	store->greeted = error == LBR_OK;
	return error;
}

/* Greets the broker; the question that waits for that is kept. After a no the connection stays, so that the next question hears why
 * as well: a command's own broker has no other. */
static enum lbr_error greet(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	struct lbr_store_ask waiting = store->ask;
	enum lbr_error error;

	begin_hello(store);
	error = lbr_remote_send(store, reason);
	if (error == LBR_OK)
		error = hear_hello(store, reason);
	store->ask = waiting;
	lbr_wipe(&waiting, sizeof(waiting));
	return error;
}

/* The same with the question right behind it, so that both cost one wait. Its answer counts only if the greeting's did. */
static enum lbr_error greet_and_ask(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	struct lbr_store_ask waiting = store->ask, hello;
	enum lbr_error error;

	begin_hello(store);
	error = lbr_remote_send(store, reason);
	hello = store->ask;
	store->ask = waiting;
	if (error == LBR_OK)
		error = lbr_remote_send(store, reason);
	waiting = store->ask;
	store->ask = hello;
	if (error == LBR_OK)
		error = hear_hello(store, reason);
	store->ask = waiting;
	lbr_wipe(&waiting, sizeof(waiting));
	if (error == LBR_OK)
		return lbr_remote_hear(store, reason);
	lbr_remote_hang_up(store);
	return error;
}

enum lbr_error lbr_remote_need_realm(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;

	if (store->fd < 0)
		error = lbr_remote_connect(store, reason);
	if (error == LBR_OK && !store->greeted)
		error = greet(store, reason);
	return error;
}

/* A question that changes nothing need not wait for the greeting where there can be another connection. */
static enum lbr_error ask_once(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = store->fd < 0 ? lbr_remote_connect(store, reason) : LBR_OK;

	if (error == LBR_OK && !store->greeted && store->ask.what == LBR_STORE_LOAD && store->address.sun_path[0] != '\0')
		return greet_and_ask(store, reason);
	if (error == LBR_OK)
		error = lbr_remote_need_realm(store, reason);
	return error == LBR_OK ? lbr_remote_exchange(store, reason) : error;
}

/* A broker that was started anew since the last question has closed the connection. A change that it may have read is not sent
 * again. */
enum lbr_error lbr_remote_ask(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	bool was_connected = store->fd >= 0;
	enum lbr_error error = ask_once(store, reason);

	if (error == LBR_ERR_UNREACHABLE && was_connected && store->fd < 0 && store->address.sun_path[0] != '\0')
		error = ask_once(store, reason);
	return error;
}
