/* The dates of notices that many hosts share, in the store; each is the text that a file would have. */
#include "shared_dates.h"

#include <stdint.h>
#include <string.h>

#include <liberations/codec.h>

bool lbr_dates_are_in(const struct lbr_store *store, const char *name)
{
	return store != NULL && store->ops->keeps_dates != NULL && store->ops->keeps_dates(store, name);
}

enum lbr_error lbr_shared_date_read(struct lbr_store *store, const char *name, enum lbr_notice_kind kind,
                                    struct lbr_notice *notice, struct lbr_reason *reason)
{
	char text[LBR_NOTICE_TEXT_MAX];
	size_t len;
	enum lbr_error error = store->ops->date_read(store, name, lbr_notice_kind_name(kind), text, &len, reason);

	return error == LBR_OK ? lbr_notice_decode(text, len, name, kind, store->keyring, notice, reason) : error;
}

enum lbr_error lbr_shared_date_write(struct lbr_store *store, const struct lbr_notice *notice, bool again,
                                     struct lbr_reason *reason)
{
	char text[LBR_NOTICE_TEXT_MAX];
	struct lbr_notice_date date = {.text = text, .sent_s = notice->sent_s};
	enum lbr_error error = lbr_store_need_current(store->keyring, reason);

	if (error == LBR_OK)
		error = lbr_notice_encode(notice, store->keyring, text, &date.len, reason);
	if (error == LBR_OK)
		error = store->ops->date_write(store, notice->name, lbr_notice_kind_name(notice->kind), &date, again, reason);
	return error;
}

enum lbr_error lbr_shared_date_drop(struct lbr_store *store, const char *name, enum lbr_notice_kind kind,
                                    struct lbr_reason *reason)
{
	return store->ops->date_drop(store, name, lbr_notice_kind_name(kind), reason);
}

struct date_listing {
	struct lbr_store *store;
	lbr_notices_each *each;
	void             *context;
};

static enum lbr_notice_kind kind_of(const char *word)
{
	int kind = 0;

	while (kind < LBR_NOTICE_KINDS && strcmp(lbr_notice_kind_name((enum lbr_notice_kind)kind), word) != 0)
		kind++;
	return (enum lbr_notice_kind)kind;
}

static int tell(void *context, const char *name, const char *kind_word, const char *text, size_t len, enum lbr_error error,
                const struct lbr_reason *reason)
{
	const struct date_listing *listing = context;
	enum lbr_notice_kind kind = kind_of(kind_word);
	struct lbr_reason own = {.text = ""};
	struct lbr_notice notice;

	if (kind == LBR_NOTICE_KINDS) /* of a later release */
		return 0;
	if (error == LBR_OK) {
		reason = &own;
		error = lbr_notice_decode(text, len, name, kind, listing->store->keyring, &notice, &own);
	}
	return listing->each(listing->context, name, kind, error == LBR_OK ? &notice : NULL, error, reason);
}

enum lbr_error lbr_shared_dates_list(struct lbr_store *store, lbr_notices_each *each, void *context, struct lbr_reason *reason)
{
	struct date_listing listing = {store, each, context};

	return store->ops->date_list(store, tell, &listing, reason);
}
