/* A store in two. Read split_store.h first. */
#include "split_store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/name.h>

#include "split_parts.h"

/* One deadline holds for both. */
static struct lbr_store *part_of(struct lbr_split_store *store, bool local)
{
	struct lbr_store *part = local ? store->files : store->shared;

	part->deadline = store->base.deadline;
	return part;
}

/* The clock that is asked for next is that of the same part. */
static struct lbr_store *part_of_name(struct lbr_split_store *store, const char *name)
{
	store->last_local = lbr_names_have(store->local, name);
	return part_of(store, store->last_local);
}

static struct lbr_store *part_of_place(struct lbr_split_store *store, const struct lbr_place *place)
{
	if (!place->decoy)
		store->last_local = lbr_names_have(store->local, place->name);
	return part_of(store, store->last_local);
}

static void split_close(struct lbr_store *base)
{
	struct lbr_split_store *store = (struct lbr_split_store *)base;

	lbr_store_close(store->files);
	lbr_store_close(store->shared);
	free(store);
}

static enum lbr_error split_meet(struct lbr_store *base, struct lbr_reason *reason)
{
	return lbr_store_meet(((struct lbr_split_store *)base)->shared, reason);
}

static int64_t split_now_s(const struct lbr_store *base)
{
	const struct lbr_split_store *store = (const struct lbr_split_store *)base;

	return lbr_store_now_s(store->last_local ? store->files : store->shared);
}

static enum lbr_error split_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                                 struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_place((struct lbr_split_store *)base, place);

	return part->ops->load(part, place, history, row, reason);
}

static enum lbr_error split_load_after(struct lbr_store *base, const struct lbr_place *place, bool history,
                                       struct lbr_row *row, struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_place((struct lbr_split_store *)base, place);

	if (part->ops->load_after == NULL)
		return part->ops->load(part, place, history, row, reason);
	return part->ops->load_after(part, place, history, row, reason);
}

static enum lbr_error split_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                                   void *context, struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_place((struct lbr_split_store *)base, place);

	return part->ops->commit(part, place, history, judge, context, reason);
}

static enum lbr_error split_create(struct lbr_store *base, const char *name, const struct lbr_swap *record,
                                   struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_name((struct lbr_split_store *)base, name);
	enum lbr_error error = lbr_split_judge_alike((struct lbr_split_store *)base, name, reason);

	return error == LBR_OK ? part->ops->create(part, name, record, reason) : error;
}

static enum lbr_error split_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_name((struct lbr_split_store *)base, name);
	enum lbr_error error = lbr_split_judge_alike((struct lbr_split_store *)base, name, reason);

	return error == LBR_OK ? part->ops->is_free(part, name, reason) : error;
}

static enum lbr_error split_remove(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_name((struct lbr_split_store *)base, name);

	return part->ops->remove(part, name, reason);
}

static enum lbr_error split_rename(struct lbr_store *base, struct lbr_renaming *renaming, struct lbr_reason *reason)
{
	struct lbr_split_store *store = (struct lbr_split_store *)base;
	struct lbr_store *part = part_of_name(store, renaming->from);
	enum lbr_error error;

	if (lbr_names_have(store->local, renaming->from) != lbr_names_have(store->local, renaming->to))
		return lbr_fail_at(reason, LBR_ERR_EXISTS, renaming->to, LBR_WHY(STORE_OTHER_PART));
	error = lbr_split_judge_alike(store, renaming->to, reason);
	return error == LBR_OK ? part->ops->rename(part, renaming, reason) : error;
}

static enum lbr_error split_rebuild(struct lbr_store *base, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                    struct lbr_reason *reason)
{
	struct lbr_store *part = part_of_name((struct lbr_split_store *)base, name);

	return part->ops->rebuild_counters(part, name, slot, reason);
}

/* Shows a part's own names alone. */
struct filter {
	const struct lbr_split_store *store;
	bool                          local;
	lbr_store_take               *take;
	void                         *context;
	bool                          stopped;
};

static int take_own(void *context, const char *name, const struct lbr_row *row, enum lbr_error error,
                    const struct lbr_reason *reason)
{
	struct filter *filter = context;

	if (name[0] != '\0' && lbr_names_have(filter->store->local, name) != filter->local)
		return 0;
	filter->stopped = filter->take(filter->context, name, row, error, reason) != 0;
	return filter->stopped;
}

/* Where a page begins tells its part: after a local name, and at the very first, come this host's files. */
static enum lbr_error split_page(struct lbr_store *base, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
                                 void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct lbr_split_store *store = (struct lbr_split_store *)base;
	bool local = after[0] == '\0' || lbr_names_have(store->local, after);
	struct filter filter = {.store = store, .local = local, .take = take, .context = context};
	struct lbr_store *part = part_of(store, local);
	char from[LBR_NAME_MAX + 1];
	enum lbr_error error;

	memcpy(from, after, strlen(after) + 1);
	do {
		error = part->ops->page(part, from, count, names_alone, take_own, &filter, ret_next, reason);
		memcpy(from, ret_next, sizeof(from));
	} while (error == LBR_OK && !filter.stopped && ret_next[0] != '\0' && lbr_names_have(store->local, ret_next) != local);
	if (error != LBR_OK || filter.stopped || ret_next[0] != '\0' || !local)
		return error;
	filter.local = false;
	part = part_of(store, false);
	do {
		error = part->ops->page(part, from, count, names_alone, take_own, &filter, ret_next, reason);
		memcpy(from, ret_next, sizeof(from));
	} while (error == LBR_OK && !filter.stopped && ret_next[0] != '\0' && lbr_names_have(store->local, ret_next));
	return error;
}

static const struct lbr_store_ops split_ops = {
	.close = split_close,
	.meet = split_meet,
	.now_s = split_now_s,
	.load = split_load,
	.load_after = split_load_after,
	.commit = split_commit,
	.create = split_create,
	.is_free = split_is_free,
	.remove = split_remove,
	.rename = split_rename,
	.rebuild_counters = split_rebuild,
	.page = split_page,
	.keeps_dates = lbr_split_keeps_dates,
	.date_read = lbr_split_date_read,
	.date_write = lbr_split_date_write,
	.date_drop = lbr_split_date_drop,
	.date_list = lbr_split_date_list,
	.lease = lbr_split_lease,
};

enum lbr_error lbr_split_store_open(const char *local, struct lbr_store *files, struct lbr_store *shared, struct lbr_store **ret,
                                    struct lbr_reason *reason)
{
	struct lbr_split_store *store = NULL;
	enum lbr_error error = LBR_OK;

	*ret = NULL;
	if (strlen(local) >= sizeof(store->local) || !lbr_names_are_sound(local))
		error = lbr_fail_at(reason, LBR_ERR_SYNTAX, "local", LBR_WHY(NO_SUCH_NAME));
	if (error == LBR_OK && (store = calloc(1, sizeof(*store))) == NULL)
		error = lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
	if (error != LBR_OK) {
		lbr_store_close(files);
		lbr_store_close(shared);
		return error;
	}
	store->base = (struct lbr_store){.ops = &split_ops, .keyring = files->keyring, .now_s = files->now_s};
	store->files = files;
	store->shared = shared;
	memcpy(store->local, local, strlen(local));
	*ret = &store->base;
	return LBR_OK;
}
