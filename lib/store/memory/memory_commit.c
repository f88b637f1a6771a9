/* Loading from memory, and swapping what was judged if nobody was faster. */
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "memory_parts.h"

struct lbr_memory_entry **lbr_memory_find(struct lbr_memory_store *store, const char *name)
{
	struct lbr_memory_entry **at = &store->accounts;

	while (*at != NULL && strcmp((*at)->name, name) < 0)
		at = &(*at)->next;
	return at;
}

struct lbr_memory_entry *lbr_memory_entry_of(struct lbr_memory_store *store, const struct lbr_place *place)
{
	struct lbr_memory_entry *found = place->decoy ? &store->decoys[place->number] : *lbr_memory_find(store, place->name);

	return found != NULL && (place->decoy || strcmp(found->name, place->name) == 0) ? found : NULL;
}

/* A copy of what is stored now. */
static enum lbr_error read_row(struct lbr_memory_store *store, const struct lbr_place *place, struct lbr_row *row,
                               uint64_t *ret_version,
                               struct lbr_reason *reason)
{
	const struct lbr_memory_entry *entry;
	enum lbr_error error = LBR_OK;

	pthread_mutex_lock(&store->mutex);
	entry = lbr_memory_entry_of(store, place);
	if (entry != NULL) {
		*row = entry->row;
		*ret_version = entry->version;
	} else {
		error = lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	}
	pthread_mutex_unlock(&store->mutex);
	return error;
}

enum lbr_error lbr_memory_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                               struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	enum lbr_error error = store->faults.load;
	uint64_t version;

	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_ANSWER));
	error = read_row(store, place, row, &version, reason);
	if (!history)
		row->history_len = 0;
	return error;
}

void lbr_memory_put(struct lbr_memory_store *store, struct lbr_memory_entry *entry, const struct lbr_swap *swap)
{
	if ((swap->parts & LBR_PART_COUNTERS) != 0)
		memcpy(entry->row.copies[0], swap->counters, LBR_SLOT_LEN);
	if ((swap->parts & (LBR_PART_ACCOUNT | LBR_PART_UPKEEP)) != 0) {
		memcpy(entry->row.account, swap->account, sizeof(swap->account));
		entry->row.account_len = swap->account_len;
	}
	if ((swap->parts & LBR_PART_HISTORY) != 0) {
		memcpy(entry->row.history, swap->history, sizeof(swap->history));
		entry->row.history_len = swap->history_len;
	}
	entry->version = ++store->swaps;
}

/* False: somebody was faster. */
static bool swap_if(struct lbr_memory_store *store, const struct lbr_place *place, uint64_t version, const struct lbr_swap *swap)
{
	struct lbr_memory_entry *entry;
	bool same;

	pthread_mutex_lock(&store->mutex);
	entry = lbr_memory_entry_of(store, place);
	same = entry != NULL && entry->version == version;
	if (same && swap->parts != LBR_PART_NONE)
		lbr_memory_put(store, entry, swap);
	pthread_mutex_unlock(&store->mutex);
	return same;
}

static void let_somebody_in(struct lbr_memory_store *store)
{
	void (*between)(void *context) = store->faults.between;

	store->faults.between = NULL;
	if (between != NULL)
		between(store->faults.context);
}

enum lbr_error lbr_memory_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                                 void *context, struct lbr_reason *reason)
{
	struct lbr_memory_store *store = (struct lbr_memory_store *)base;
	struct lbr_swap swap = {.parts = LBR_PART_NONE};
	struct lbr_row row = {.account_len = 0};
	enum lbr_error error;
	uint64_t version = 0;
	bool done;

	do {
		error = read_row(store, place, &row, &version, reason);
		if (!history)
			row.history_len = 0;
		if (error == LBR_OK)
			error = judge(context, &row, &swap, reason);
		if (error == LBR_OK && store->faults.commit == LBR_ERR_UNREACHABLE)
			error = lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(NO_ANSWER));
		let_somebody_in(store);
		done = error != LBR_OK || swap_if(store, place, version, &swap);
	} while (!done);
	if (error == LBR_OK && store->faults.commit == LBR_ERR_UNKNOWN)
		error = lbr_fail(reason, LBR_ERR_UNKNOWN, LBR_WHY(NO_ANSWER));
	lbr_wipe(&row, sizeof(row));
	lbr_wipe(&swap, sizeof(swap));
	return error;
}
