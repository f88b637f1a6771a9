/* When notices were sent, where many hosts could send them. */
#include <stdlib.h>
#include <string.h>

#include "remote_parts.h"

#define KIND "notice" /* of the envelope; the text names its own */

_Static_assert(LBR_STORE_PADDED_MIN >= LBR_NOTICE_TEXT_MAX, "no text is padded further");

bool lbr_remote_keeps_dates(const struct lbr_store *base, const char *name)
{
	(void)base, (void)name;
	return true;
}

static struct lbr_store_ask *begin(struct lbr_remote_store *store, enum lbr_store_what what, const char *name, const char *kind)
{
	struct lbr_store_ask *ask = lbr_remote_begin(store, what, name);

	memcpy(ask->other, kind, strnlen(kind, sizeof(ask->other) - 1));
	return ask;
}

static enum lbr_error open_date(const struct lbr_remote_store *store, const struct lbr_store_tell *tell, const char *name,
                                char text[LBR_NOTICE_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason)
{
	const struct lbr_envelope_place place = {store->realm, KIND, name, 0};
	char opened[LBR_STORE_PADDED_MIN];
	enum lbr_error error;

	*ret_len = 0;
	if (tell->row.account_len != sizeof(opened) + LBR_ENVELOPE_MORE)
		return lbr_fail_at(reason, LBR_ERR_DAMAGED, name, LBR_WHY(CUT_SHORT));
	error = lbr_remote_open_text(store, &place, tell->row.account, tell->row.account_len, opened, ret_len, reason);
	if (error == LBR_OK)
		memcpy(text, opened, *ret_len);
	return error;
}

enum lbr_error lbr_remote_date_read(struct lbr_store *base, const char *name, const char *kind, char text[LBR_NOTICE_TEXT_MAX],
                                    size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	enum lbr_error error;

	begin(store, LBR_STORE_NOTICE, name, kind);
	error = lbr_remote_ask(store, reason);
	if (error == LBR_OK && store->tell.result != LBR_STORE_DONE)
		error = lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	return error == LBR_OK ? open_date(store, &store->tell, name, text, ret_len, reason) : error;
}

enum lbr_error lbr_remote_date_write(struct lbr_store *base, const char *name, const char *kind, const struct lbr_notice_date *date,
                                     bool again, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	const struct lbr_envelope_place place = {store->realm, KIND, name, 0};
	enum lbr_error error = lbr_remote_need_realm(store, reason);
	struct lbr_store_ask *ask;

	if (error != LBR_OK)
		return error;
	ask = begin(store, again ? LBR_STORE_NOTICE_RESEAL : LBR_STORE_NOTICE_MARK, name, kind);
	ask->epoch = store->epoch;
	ask->row.step = (uint64_t)date->sent_s;
	error = lbr_remote_seal_text(store, &place, date->text, date->len, ask->row.account, &ask->row.account_len);
	if (error != LBR_OK)
		return lbr_fail_at(reason, error, name, LBR_WHY(NOT_SEALED));
	error = lbr_remote_ask(store, reason);
	if (error == LBR_OK && store->tell.result != LBR_STORE_DONE)
		error = lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SUCH_NAME));
	return error;
}

enum lbr_error lbr_remote_date_drop(struct lbr_store *base, const char *name, const char *kind, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;

	begin(store, LBR_STORE_NOTICE_DROP, name, kind);
	return lbr_remote_ask(store, reason);
}

struct lbr_told_date {
	char          name[LBR_STORE_NAME_MAX], kind[LBR_STORE_NAME_MAX];
	size_t        len;
	unsigned char record[LBR_STORE_PADDED_MIN + LBR_ENVELOPE_MORE];
};

/* Heard whole before anything is told, since who is told may ask about the next one. */
static enum lbr_error hear_dates(struct lbr_remote_store *store, struct lbr_told_date *dates, unsigned *ret_count,
                                 struct lbr_reason *reason)
{
	const struct lbr_store_tell *tell = &store->tell;
	enum lbr_error error = lbr_remote_ask(store, reason);

	for (*ret_count = 0; error == LBR_OK && tell->result == LBR_STORE_MORE; error = lbr_remote_hear(store, reason)) {
		struct lbr_told_date *date = &dates[*ret_count];

		if (*ret_count == LBR_STORE_PAGE_MAX || strnlen(tell->detail, sizeof(tell->detail)) >= sizeof(date->kind)) {
			lbr_remote_hang_up(store);
			return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_BROKEN));
		}
		memset(date, 0, sizeof(*date));
		memcpy(date->name, tell->name, sizeof(date->name));
		memcpy(date->kind, tell->detail, strlen(tell->detail));
		date->len = tell->row.account_len <= sizeof(date->record) ? tell->row.account_len : 0;
		memcpy(date->record, tell->row.account, date->len);
		++*ret_count;
	}
	return error;
}

/* Returns what the caller's function said. */
static int tell_date(struct lbr_remote_store *store, const struct lbr_told_date *date, lbr_store_take_date *take, void *context)
{
	struct lbr_reason why = {.text = ""};
	char text[LBR_NOTICE_TEXT_MAX];
	size_t len = 0;
	enum lbr_error error;

	store->tell.row.account_len = date->len;
	memcpy(store->tell.row.account, date->record, date->len);
	error = open_date(store, &store->tell, date->name, text, &len, &why);
	return take(context, date->name, date->kind, error == LBR_OK ? text : NULL, len, error, &why);
}

enum lbr_error lbr_remote_date_list(struct lbr_store *base, lbr_store_take_date *take, void *context, struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_told_date *dates = calloc(LBR_STORE_PAGE_MAX, sizeof(*dates));
	char name[LBR_STORE_NAME_MAX] = "", kind[LBR_STORE_NAME_MAX] = "";
	enum lbr_error error = LBR_OK;
	unsigned count = LBR_STORE_PAGE_MAX, at;

	if (dates == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
	while (error == LBR_OK && count == LBR_STORE_PAGE_MAX) {
		begin(store, LBR_STORE_NOTICE_PAGE, name, kind)->count = LBR_STORE_PAGE_MAX;
		error = hear_dates(store, dates, &count, reason);
		for (at = 0; error == LBR_OK && at < count; at++)
			if (tell_date(store, &dates[at], take, context) != 0)
				count = 0;
		if (error == LBR_OK && count > 0) {
			memcpy(name, dates[count - 1].name, sizeof(name));
			memcpy(kind, dates[count - 1].kind, sizeof(kind));
		}
	}
	free(dates);
	return error;
}
