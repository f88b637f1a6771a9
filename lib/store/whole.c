/* Whole records: creating a person, and listing them page by page. */
#include <stdbool.h>
#include <string.h>

#include "copies.h"
#include "store_ops.h"

static enum lbr_error encode(const struct lbr_store *store, const struct lbr_record *record, struct lbr_swap *swap,
                             struct lbr_reason *reason)
{
	static const struct lbr_counters none;
	struct lbr_account first = *record->account;
	enum lbr_error error;

	first.generation = swap->generation = 1;
	swap->parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT | (record->history != NULL ? LBR_PART_HISTORY : 0);
	error = lbr_account_encode(&first, store->keyring, swap->account, &swap->account_len, reason);
	lbr_account_wipe(&first);
	if (error != LBR_OK)
		return error;
	error = lbr_copies_renew(store->keyring, record->account->name, record->counters != NULL ? record->counters : &none,
	                         swap->counters);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, record->account->name, LBR_WHY(COUNTER_OUT_OF_RANGE));
	swap->step = record->counters != NULL ? record->counters->last_step : 0;
	if (record->history != NULL)
		error = lbr_history_encode(record->history, record->account->name, store->keyring, swap->history,
		                           &swap->history_len,
		                           reason);
	return error;
}

enum lbr_error lbr_store_create(struct lbr_store *store, const struct lbr_record *record, struct lbr_reason *reason)
{
	struct lbr_swap swap = {.parts = LBR_PART_NONE};
	enum lbr_error error = lbr_name_check(record->account->name);

	if (error != LBR_OK)
		return lbr_fail(reason, error == LBR_ERR_MEMORY ? error : LBR_ERR_SYNTAX, LBR_WHY(NO_SUCH_NAME));
	error = encode(store, record, &swap, reason);
	if (error == LBR_OK)
		error = store->ops->create(store, record->account->name, &swap, reason);
	if (error == LBR_ERR_UNKNOWN)
		lbr_reason_prefix_clause(reason, LBR_WHY(PERHAPS_STORED));
	lbr_wipe(&swap, sizeof(swap));
	return error;
}

struct page_listing {
	const struct lbr_store *store;
	lbr_store_each         *each;
	lbr_store_entry        *entry; /* or NULL: whole accounts */
	void                   *context;
	bool                    stopped;
};

static enum lbr_error read_counters(const struct page_listing *listing, const char *name, const struct lbr_row *row,
                                    struct lbr_counters *counters, struct lbr_reason *reason)
{
	struct lbr_place place = {.decoy = false};
	struct lbr_copies copies;

	memcpy(place.name, name, strlen(name));
	return lbr_copies_read(row, &place, listing->store->keyring, counters, &copies, reason);
}

/* False: the account cannot be read, and `why` says why. */
static bool read_account(const struct page_listing *listing, const char *name, const struct lbr_row *row,
                         struct lbr_account *account, struct lbr_reason *why)
{
	if (row == NULL)
		return false;
	if (lbr_account_decode(row->account, row->account_len, name, listing->store->keyring, account, why) == LBR_OK)
		return true;
	lbr_place_prefix(why, "accounts", name);
	return false;
}

static int take(void *context, const char *name, const struct lbr_row *row, enum lbr_error error, const struct lbr_reason *reason)
{
	struct page_listing *listing = context;
	struct lbr_reason why = {.text = ""};
	bool has_account, has_counters;
	struct lbr_counters counters;
	struct lbr_account account;

	memset(&account, 0, sizeof(account));
	if (reason != NULL)
		why = *reason;
	has_account = read_account(listing, name, row, &account, &why);
	has_counters = has_account && error == LBR_OK && read_counters(listing, name, row, &counters, &why) == LBR_OK;
	listing->stopped = listing->each(listing->context, name, has_account ? &account : NULL, has_counters ? &counters : NULL,
	                                 &why) != 0;
	lbr_account_wipe(&account);
	return listing->stopped;
}

static int take_name(void *context, const char *name, const struct lbr_row *row, enum lbr_error error,
                     const struct lbr_reason *reason)
{
	struct page_listing *listing = context;

	(void)row;
	listing->stopped = listing->entry(listing->context, name, error == LBR_OK ? NULL : reason) != 0;
	return listing->stopped;
}

static enum lbr_error list_page(struct page_listing *listing, struct lbr_store *store, const char *after, unsigned count,
                                char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	bool names_alone = listing->entry != NULL;
	enum lbr_error error;

	memset(ret_next, 0, LBR_NAME_MAX + 1);
	if (count == 0 || count > LBR_PAGE_MAX)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(PAGE_SIZE));
	error = store->ops->page(store, after, count, names_alone, names_alone ? take_name : take, listing, ret_next, reason);
	if (listing->stopped)
		memset(ret_next, 0, LBR_NAME_MAX + 1);
	return error;
}

enum lbr_error lbr_store_page(struct lbr_store *store, const char *after, unsigned count, lbr_store_each *each, void *context,
                              char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct page_listing listing = {.store = store, .each = each, .context = context};

	return list_page(&listing, store, after, count, ret_next, reason);
}

static enum lbr_error list_all(struct page_listing *listing, struct lbr_store *store, struct lbr_reason *reason)
{
	char after[LBR_NAME_MAX + 1] = "", next[LBR_NAME_MAX + 1];
	struct lbr_reason its_reason = {.text = ""};
	enum lbr_error first = LBR_OK, error;

	do {
		error = list_page(listing, store, after, LBR_PAGE_MAX, next, &its_reason);
		if (error != LBR_OK && first == LBR_OK) {
			first = error;
			if (reason != NULL)
				*reason = its_reason;
		}
		memcpy(after, next, sizeof(after));
	} while (after[0] != '\0');
	return first;
}

enum lbr_error lbr_store_list(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason)
{
	struct page_listing listing = {.store = store, .each = each, .context = context};

	return list_all(&listing, store, reason);
}

enum lbr_error lbr_store_list_names(struct lbr_store *store, lbr_store_entry *entry, void *context, struct lbr_reason *reason)
{
	struct page_listing listing = {.store = store, .entry = entry, .context = context};

	return list_all(&listing, store, reason);
}
