/* The store that many hosts share: opening and closing it. */
#include "remote_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "remote_parts.h"

static void remote_close(struct lbr_store *base)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;

	lbr_remote_hang_up(store);
	lbr_wipe(store, sizeof(*store));
	free(store);
}

static enum lbr_error remote_meet(struct lbr_store *base, struct lbr_reason *reason)
{
	return lbr_remote_need_realm((struct lbr_remote_store *)base, reason);
}

/* Before the first answer, and where the database is away, this host's own clock will do: nobody signs in by it. */
static int64_t remote_now_s(const struct lbr_store *base)
{
	const struct lbr_remote_store *store = (const struct lbr_remote_store *)base;

	if (!store->has_clock)
		return base->now_s();
	return (store->ahead_us + lbr_monotonic_ms() * 1000) / 1000000;
}

static const struct lbr_store_ops remote_ops = {
	.close = remote_close,
	.meet = remote_meet,
	.now_s = remote_now_s,
	.load = lbr_remote_load,
	.load_after = lbr_remote_load_after,
	.commit = lbr_remote_commit,
	.create = lbr_remote_create,
	.is_free = lbr_remote_is_free,
	.remove = lbr_remote_remove,
	.rename = lbr_remote_rename,
	.rebuild_counters = lbr_remote_rebuild,
	.page = lbr_remote_page,
	.keeps_dates = lbr_remote_keeps_dates,
	.date_read = lbr_remote_date_read,
	.date_write = lbr_remote_date_write,
	.date_drop = lbr_remote_date_drop,
	.date_list = lbr_remote_date_list,
	.lease = lbr_remote_lease,
};

static enum lbr_error refuse(const struct lbr_broker *broker, enum lbr_error error)
{
	if (broker->fd >= 0)
		(void)close(broker->fd);
	return error;
}

enum lbr_error lbr_remote_store_open(const struct lbr_broker *broker, struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason)
{
	struct lbr_remote_store *store;

	*ret = NULL;
	if (strlen(broker->path) >= sizeof(store->address.sun_path))
		return refuse(broker, lbr_fail_at(reason, LBR_ERR_RANGE, broker->path, LBR_WHY(LONGER_THAN_POSSIBLE)));
	store = calloc(1, sizeof(*store));
	if (store == NULL)
		return refuse(broker, lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY)));
	store->base.ops = &remote_ops;
	store->base.keyring = store->keyring = keyring;
	store->base.now_s = now_s;
	store->fd = broker->fd;
	store->address.sun_family = AF_UNIX;
	memcpy(store->address.sun_path, broker->path, strlen(broker->path) + 1);
	*ret = &store->base;
	return LBR_OK;
}
