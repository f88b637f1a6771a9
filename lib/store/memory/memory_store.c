/* The store in memory: opening it, and whole records. Read memory_store.h first. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/name.h>

#include "memory_parts.h"

static enum lbr_error check_free(const struct lbr_memory_store *store, const char *name, const char *except,
                                 struct lbr_reason *reason)
{
	char folded[LBR_NAME_FOLDED_MAX + 1], other[LBR_NAME_FOLDED_MAX + 1];
	const struct lbr_memory_entry *at;

	if (lbr_name_fold(name, folded) != LBR_OK)
		return LBR_OK; /* no account can have that name */
	for (at = store->accounts; at != NULL; at = at->next) {
		if (strcmp(at->name, name) == 0)
			return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(EXISTS));
		if (except != NULL && strcmp(at->name, except) == 0)
			continue;
		if (lbr_name_fold(at->name, other) == LBR_OK && strcmp(folded, other) == 0)
			return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(LOOK_ALIKE), at->name);
	}
	return LBR_OK;
}

static enum lbr_error memory_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	enum lbr_error error = store->faults.load;

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_ANSWER));
	pthread_mutex_lock(&store->mutex);
	error = check_free(store, name, NULL, reason);
	pthread_mutex_unlock(&store->mutex);
	return error;
}

static enum lbr_error memory_create(struct lbr_store *base, const char *name, const struct lbr_swap *record,
                                    struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_memory_entry *entry = calloc(1, sizeof(*entry));
	enum lbr_error error = store->faults.commit;
	struct lbr_memory_entry **at;

	if (entry == NULL || error != LBR_OK) {
		free(entry);
		return lbr_fail(reason, error != LBR_OK ? error : LBR_ERR_MEMORY, LBR_WHY(NO_ANSWER));
	}
	memcpy(entry->name, name, strlen(name));
	entry->row.copy_count = 1;
	pthread_mutex_lock(&store->mutex);
	lbr_memory_put(store, entry, record);
	error = check_free(store, name, NULL, reason);
	if (error == LBR_OK) {
		at = lbr_memory_find(store, name);
		entry->next = *at;
		*at = entry;
	}
	pthread_mutex_unlock(&store->mutex);
	if (error != LBR_OK)
		free(entry);
	return error;
}

static enum lbr_error memory_remove(struct lbr_store *base, const char *name, struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_memory_entry **at, *gone = NULL;

	pthread_mutex_lock(&store->mutex);
	at = lbr_memory_find(store, name);
	if (*at != NULL && strcmp((*at)->name, name) == 0) {
		gone = *at;
		*at = gone->next;
	}
	pthread_mutex_unlock(&store->mutex);
	if (gone == NULL)
		return lbr_fail_at(reason, LBR_ERR_ABSENT, name, LBR_WHY(NO_ACCOUNT));
	lbr_wipe(gone, sizeof(*gone));
	free(gone);
	return LBR_OK;
}

/* Needs the mutex. */
static void move(struct lbr_memory_store *store, struct lbr_memory_entry *entry, const char *to, const struct lbr_swap *swap)
{
	struct lbr_memory_entry **at = lbr_memory_find(store, entry->name);

	*at = entry->next;
	memset(entry->name, 0, sizeof(entry->name));
	memcpy(entry->name, to, strlen(to));
	lbr_memory_put(store, entry, swap);
	at = lbr_memory_find(store, to);
	entry->next = *at;
	*at = entry;
}

static enum lbr_error memory_rename(struct lbr_store *base, struct lbr_renaming *renaming, struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_swap swap = {.parts = LBR_PART_NONE};
	struct lbr_memory_entry *from, *to;
	enum lbr_error error;

	pthread_mutex_lock(&store->mutex);
	from = *lbr_memory_find(store, renaming->from);
	to = *lbr_memory_find(store, renaming->to);
	if (from == NULL || strcmp(from->name, renaming->from) != 0) {
		bool done = to != NULL && strcmp(to->name, renaming->to) == 0 && renaming->is_done(renaming, &to->row);

		error = done ? LBR_OK : lbr_fail_at(reason, LBR_ERR_ABSENT, renaming->from, LBR_WHY(NO_ACCOUNT));
	} else {
		error = check_free(store, renaming->to, renaming->from, reason);
		if (error == LBR_OK)
			error = renaming->judge(renaming, &from->row, &swap, reason);
		if (error == LBR_OK && !renaming->dry)
			move(store, from, renaming->to, &swap);
	}
	pthread_mutex_unlock(&store->mutex);
	lbr_wipe(&swap, sizeof(swap));
	return error;
}

static enum lbr_error memory_rebuild(struct lbr_store *base, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                     struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_place place = {.decoy = false};
	struct lbr_memory_entry *entry = NULL;

	pthread_mutex_lock(&store->mutex);
	if (strlen(name) <= LBR_NAME_MAX) {
		memcpy(place.name, name, strlen(name));
		entry = lbr_memory_entry_of(store, &place);
	}
	if (entry != NULL) {
		memcpy(entry->row.copies[0], slot, LBR_SLOT_LEN);
		entry->version = ++store->swaps;
	}
	pthread_mutex_unlock(&store->mutex);
	return entry != NULL ? LBR_OK : lbr_fail_at(reason, LBR_ERR_ABSENT, name, LBR_WHY(NO_ACCOUNT));
}

/* A callback may commit or remove, so the list is searched anew for each. */
static enum lbr_error memory_page(struct lbr_store *base, const char *after, unsigned count, bool names_alone,
                                  lbr_store_take *take, void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	char name[LBR_NAME_MAX + 1];
	const struct lbr_memory_entry *at;
	struct lbr_row row;
	int stopped = 0;

	(void)reason;
	memcpy(name, after, strlen(after) + 1);
	for (; count > 0 && !stopped; count--) {
		pthread_mutex_lock(&store->mutex);
		for (at = store->accounts; at != NULL && strcmp(at->name, name) <= 0; at = at->next)
			;
		if (at != NULL) {
			row = at->row;
			memcpy(name, at->name, sizeof(name));
		}
		pthread_mutex_unlock(&store->mutex);
		if (at == NULL)
			return LBR_OK;
		stopped = take(context, name, names_alone ? NULL : &row, LBR_OK, NULL);
	}
	memcpy(ret_next, name, sizeof(name));
	return LBR_OK;
}

static void memory_close(struct lbr_store *base)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_memory_entry *at, *next;

	for (at = store->accounts; at != NULL; at = next) {
		next = at->next;
		lbr_wipe(at, sizeof(*at));
		free(at);
	}
	pthread_mutex_destroy(&store->mutex);
	lbr_wipe(store, sizeof(*store));
	free(store);
}

static const struct lbr_store_ops memory_ops = {
	.close = memory_close,
	.load = lbr_memory_load,
	.commit = lbr_memory_commit,
	.create = memory_create,
	.is_free = memory_is_free,
	.remove = memory_remove,
	.rename = memory_rename,
	.rebuild_counters = memory_rebuild,
	.page = memory_page,
};

enum lbr_error lbr_memory_store_open(const struct lbr_keyring *keyring, int64_t (*now_s)(void), struct lbr_store **ret,
                                     struct lbr_reason *reason)
{
	struct lbr_memory_store *store = calloc(1, sizeof(*store));
	enum lbr_error error = LBR_OK;
	unsigned i;

	*ret = NULL;
	if (store == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
	store->base.ops = &memory_ops;
	store->base.keyring = keyring;
	store->base.now_s = now_s;
	pthread_mutex_init(&store->mutex, NULL);
	for (i = 0; error == LBR_OK && i < LBR_MEMORY_DECOYS; i++) {
		store->decoys[i].row.copy_count = 1;
		error = lbr_decoy_encode(keyring, (uint8_t)i, store->decoys[i].row.copies[0]);
	}
	if (error != LBR_OK) {
		memory_close(&store->base);
		return lbr_fail(reason, error, LBR_WHY(COUNTER_OUT_OF_RANGE));
	}
	*ret = &store->base;
	return LBR_OK;
}

void lbr_memory_store_set_faults(struct lbr_store *store, const struct lbr_memory_faults *faults)
{
	((struct lbr_memory_store *)store)->faults = *faults;
}

void lbr_memory_store_damage(struct lbr_store *base, const char *name, unsigned part)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_memory_entry *entry = *lbr_memory_find(store, name);

	if ((part & LBR_PART_ACCOUNT) != 0)
		entry->row.account[entry->row.account_len / 2] ^= 1;
	if ((part & LBR_PART_COUNTERS) != 0)
		entry->row.copies[0][LBR_SLOT_LEN / 2] ^= 1;
	if ((part & LBR_PART_HISTORY) != 0)
		entry->row.history[entry->row.history_len / 2] ^= 1;
}
