/* The connection to the broker: one question, one answer, within the deadline. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "remote_parts.h"

void lbr_remote_hang_up(struct lbr_remote_store *store)
{
	if (store->fd >= 0)
		(void)close(store->fd);
	store->fd = -1;
	store->greeted = false;
}

/* A broker that this process started alone answers nothing if it found a fault, which it names on standard error. */
static bool did_not_start(const struct lbr_remote_store *store)
{
	return store->address.sun_path[0] == '\0' && store->serial == 1 && !lbr_store_is_change(store->ask.what);
}

enum lbr_error lbr_remote_connect(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	int fd, saved_errno;

	if (store->address.sun_path[0] == '\0')
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_LOST)); /* there was one connection */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "socket");
	if (connect(fd, (const struct sockaddr *)&store->address, sizeof(store->address)) == 0) {
		store->fd = fd;
		return LBR_OK;
	}
	saved_errno = errno;
	(void)close(fd);
	(void)lbr_fail_system(reason, saved_errno, "%s", store->address.sun_path);
	lbr_reason_prefix_clause(reason, LBR_WHY(STORE_NO_BROKER));
	return LBR_ERR_UNREACHABLE;
}

/* How long this question may wait, in milliseconds: 0 or less is too late. */
static int patience_ms(const struct lbr_remote_store *store)
{
	int64_t left_ms = store->ask.what == LBR_STORE_INSTALL ? LBR_STORE_INSTALL_MS : LBR_STORE_WAIT_MS;

	if (store->base.deadline != NULL && store->base.deadline->until_ms - lbr_monotonic_ms() < left_ms)
		left_ms = store->base.deadline->until_ms - lbr_monotonic_ms();
	return left_ms > 0 ? (int)left_ms : 0;
}

/* What every answer says of the database. */
static void take_facts(struct lbr_remote_store *store)
{
	if (store->tell.epoch != 0)
		store->epoch = store->tell.epoch;
	if (store->tell.now_us == 0)
		return;
	store->ahead_us = (int64_t)store->tell.now_us - lbr_monotonic_ms() * 1000;
	store->has_clock = true;
}

struct lbr_store_ask *lbr_remote_begin(struct lbr_remote_store *store, enum lbr_store_what what, const char *name)
{
	struct lbr_store_ask *ask = &store->ask;

	lbr_wipe(ask, sizeof(*ask));
	ask->what = what;
	memcpy(ask->name, name, strnlen(name, sizeof(ask->name) - 1));
	return ask;
}

/* An answer that did not come, or that nobody could have given to this question. */
static enum lbr_error lost(struct lbr_remote_store *store, enum lbr_error error, struct lbr_reason *reason)
{
	struct lbr_store_tell *tell = &store->tell;

	lbr_remote_hang_up(store);
	lbr_remote_let_go(store);
	lbr_wipe(tell, sizeof(*tell));
	if (error != LBR_ERR_BUSY && error != LBR_ERR_SYNTAX && did_not_start(store))
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_NOT_STARTED));
	tell->result = lbr_store_is_change(store->ask.what) ? LBR_STORE_UNKNOWN : LBR_STORE_UNREACHABLE;
	tell->cause = error == LBR_ERR_BUSY ? LBR_STORE_NO_ANSWER : error == LBR_ERR_SYNTAX ? LBR_STORE_BROKEN : LBR_STORE_LOST;
	return lbr_remote_fail(tell, reason);
}

/* Every host seals with the same key, and this one lacks it. */
static enum lbr_error need_key(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	(void)lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_KEY_MISSING), store->tell.key);
	if (store->tell.result == LBR_STORE_MORE)
		lbr_remote_hang_up(store);
	store->greeted = false;
	lbr_remote_let_go(store);
	return store->tell.result == LBR_STORE_DONE && lbr_store_is_change(store->ask.what) ? LBR_ERR_UNKNOWN : LBR_ERR_UNREACHABLE;
}

enum lbr_error lbr_remote_hear(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	int wait_ms = patience_ms(store);
	enum lbr_error error = wait_ms > 0 ? lbr_frame_receive(store->fd, &store->frame, wait_ms) : LBR_ERR_BUSY;

	if (error == LBR_OK)
		error = lbr_store_tell_get(&store->frame, &store->tell);
	if (error == LBR_OK && store->tell.serial != store->ask.serial)
		error = LBR_ERR_SYNTAX;
	lbr_frame_wipe(&store->frame);
	if (error != LBR_OK)
		return lost(store, error, reason);
	take_facts(store);
	if (store->tell.key[0] != '\0' && strcmp(store->tell.key, lbr_keyring_id(store->keyring)) != 0 &&
	    lbr_keyring_put_in_force(store->keyring, store->tell.key) != LBR_OK)
		return need_key(store, reason);
	switch (store->tell.result) {
	case LBR_STORE_DONE:
	case LBR_STORE_MORE:
	case LBR_STORE_CHANGED:
	case LBR_STORE_ABSENT:
	case LBR_STORE_EXISTS:
		return LBR_OK;
	default:
		lbr_remote_let_go(store);
		return lbr_remote_fail(&store->tell, reason);
	}
}

/* What was not sent whole was read by nobody: the broker reads whole frames alone. */
enum lbr_error lbr_remote_send(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	int wait_ms = patience_ms(store);
	enum lbr_error error;

	store->ask.serial = ++store->serial;
	if (wait_ms == 0)
		return lbr_fail(reason, LBR_ERR_BUSY, LBR_WHY(STORE_NO_ANSWER));
	error = lbr_store_ask_put(&store->frame, &store->ask);
	if (error != LBR_OK)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(BAD_FIELD));
	error = lbr_frame_send(store->fd, &store->frame, wait_ms);
	lbr_frame_wipe(&store->frame);
	if (error == LBR_OK)
		return LBR_OK;
	lbr_remote_hang_up(store);
	if (did_not_start(store))
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_NOT_STARTED));
	return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_LOST));
}

enum lbr_error lbr_remote_exchange(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_remote_send(store, reason);

	return error == LBR_OK ? lbr_remote_hear(store, reason) : error;
}

enum lbr_error lbr_remote_ask_unknown(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	enum lbr_error error = store->fd < 0 ? lbr_remote_connect(store, reason) : LBR_OK;

	return error == LBR_OK ? lbr_remote_exchange(store, reason) : error;
}
