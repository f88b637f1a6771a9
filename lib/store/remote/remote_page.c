/* A page: heard whole before anything is told, since who is told may ask about the next one. */
#include <stdlib.h>
#include <string.h>

#include "remote_parts.h"

struct page_row {
	char                  name[LBR_STORE_NAME_MAX];
	struct lbr_store_row *row;        /* NULL: the name alone */
	uint64_t              floor_step;
};

struct page {
	struct page_row rows[LBR_STORE_PAGE_MAX];
	unsigned        count;
};

static void release(struct page *page)
{
	unsigned i;

	for (i = 0; i < page->count; i++)
		free(page->rows[i].row);
	free(page);
}

static enum lbr_error keep(struct page *page, const struct lbr_store_tell *tell, struct lbr_reason *reason)
{
	struct page_row *at = &page->rows[page->count];

	memcpy(at->name, tell->name, sizeof(at->name));
	at->floor_step = tell->floor_step > tell->row.step ? tell->floor_step : tell->row.step;
	if (tell->has_row) {
		at->row = malloc(sizeof(*at->row));
		if (at->row == NULL)
			return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
		*at->row = tell->row;
	}
	page->count++;
	return LBR_OK;
}

static enum lbr_error hear_all(struct lbr_remote_store *store, unsigned count, struct page *page, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_remote_ask(store, reason);

	while (error == LBR_OK && store->tell.result == LBR_STORE_MORE) {
		if (page->count == count) {
			lbr_remote_hang_up(store);
			return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_BROKEN));
		}
		error = keep(page, &store->tell, reason);
		if (error == LBR_OK)
			error = lbr_remote_hear(store, reason);
	}
	if (error == LBR_ERR_MEMORY)
		lbr_remote_hang_up(store);
	if (error == LBR_OK && store->tell.result != LBR_STORE_DONE)
		error = lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_BROKEN));
	return error;
}

static int tell_row(const struct lbr_remote_store *store, const struct page_row *at, lbr_store_take *take, void *context)
{
	struct lbr_reason why = {.text = ""};
	struct lbr_row row;
	enum lbr_error error;
	int stopped;

	if (at->row == NULL)
		return take(context, at->name, NULL, LBR_OK, NULL);
	error = lbr_remote_open_row(store, at->row, at->floor_step, at->name, &row, &why);
	stopped = take(context, at->name, error == LBR_OK ? &row : NULL, error, &why);
	lbr_wipe(&row, sizeof(row));
	return stopped;
}

enum lbr_error lbr_remote_page(struct lbr_store *base, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
                               void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason)
{
	struct lbr_remote_store *store = (struct lbr_remote_store *)base;
	struct lbr_store_ask *ask = lbr_remote_begin(store, LBR_STORE_PAGE, after);
	struct page *page = calloc(1, sizeof(*page));
	enum lbr_error error;
	unsigned i;

	if (page == NULL)
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY));
	ask->count = count < LBR_STORE_PAGE_MAX ? count : LBR_STORE_PAGE_MAX;
	ask->history = !names_alone;
	error = hear_all(store, ask->count, page, reason);
	if (error == LBR_OK && page->count == ask->count)
		memcpy(ret_next, page->rows[page->count - 1].name, LBR_NAME_MAX + 1);
	for (i = 0; error == LBR_OK && i < page->count; i++)
		if (tell_row(store, &page->rows[i], take, context) != 0)
			break;
	release(page);
	return error;
}
