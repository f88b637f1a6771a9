/* What lbr_v1 answered, as answers of store_wire.h. */
#include <string.h>

#include "result_columns.h"
#include "statements.h"

static void read_row(struct lbr_columns *columns, struct lbr_store_row *row)
{
	row->version = lbr_column_number(columns, "version", true);
	row->generation = lbr_column_number(columns, "generation", true);
	row->step = lbr_column_number(columns, "last_step", true);
	lbr_column_bytes(columns, "slot", row->slot, sizeof(row->slot), &row->slot_len);
	lbr_column_bytes(columns, "record", row->account, sizeof(row->account), &row->account_len);
	lbr_column_bytes(columns, "history", row->history, sizeof(row->history), &row->history_len);
}

/* A decoy has a record, so that its answer is as long as another; it opens nothing. */
static void read_record(struct lbr_columns *columns, struct lbr_store_tell *tell)
{
	tell->has_row = true;
	tell->found = lbr_column_flag(columns, "known");
	read_row(columns, &tell->row);
	tell->epoch = lbr_column_number(columns, "epoch", false);
	tell->floor_step = lbr_column_number(columns, "floor_step", false);
	lbr_column_text(columns, "active_key", tell->key, sizeof(tell->key));
	tell->now_us = lbr_column_number(columns, "now_us", false);
}

static void read_commit(struct lbr_columns *columns, struct lbr_store_tell *tell)
{
	bool done = lbr_column_flag(columns, "done");

	tell->result = done ? LBR_STORE_DONE : LBR_STORE_CHANGED;
	if (done)
		tell->now_us = lbr_column_number(columns, "now_us", false);
	else
		read_record(columns, tell);
}

/* `taken_by` is the account in the way. */
static void read_taken(struct lbr_columns *columns, bool done, enum lbr_store_result otherwise, struct lbr_store_tell *tell)
{
	lbr_column_text(columns, "taken_by", tell->name, sizeof(tell->name));
	tell->result = done ? LBR_STORE_DONE : tell->name[0] != '\0' ? LBR_STORE_EXISTS : otherwise;
}

static void read_page(struct lbr_columns *columns, const struct lbr_store_ask *ask, struct lbr_store_tell *tell)
{
	tell->result = LBR_STORE_MORE;
	lbr_column_text(columns, "name", tell->name, sizeof(tell->name));
	tell->has_row = ask->history;
	if (tell->has_row)
		read_row(columns, &tell->row);
	columns->broken = columns->broken || tell->name[0] == '\0';
}

static void read_notice(struct lbr_columns *columns, struct lbr_store_tell *tell)
{
	lbr_column_bytes(columns, "record", tell->row.account, sizeof(tell->row.account), &tell->row.account_len);
	tell->has_row = tell->row.account_len > 0;
	tell->result = tell->has_row ? LBR_STORE_DONE : LBR_STORE_ABSENT;
}

static void read_notice_of_page(struct lbr_columns *columns, struct lbr_store_tell *tell)
{
	read_notice(columns, tell);
	tell->result = LBR_STORE_MORE;
	lbr_column_text(columns, "name", tell->name, sizeof(tell->name));
	lbr_column_text(columns, "kind", tell->detail, sizeof(tell->detail));
	columns->broken = columns->broken || tell->name[0] == '\0' || tell->detail[0] == '\0';
}

/* What concerns no account's record. */
static void read_more(struct lbr_columns *columns, const struct lbr_store_ask *ask, struct lbr_store_tell *tell)
{
	switch (ask->what) {
	case LBR_STORE_ACTIVATE:
	case LBR_STORE_TURN:
		read_taken(columns, lbr_column_flag(columns, "done"), LBR_STORE_BUSY, tell);
		return;
	case LBR_STORE_MAKER:
		read_taken(columns, false, LBR_STORE_ABSENT, tell);
		return;
	case LBR_STORE_LACKING:
		read_page(columns, ask, tell);
		return;
	case LBR_STORE_NOTICE:
		read_notice(columns, tell);
		return;
	case LBR_STORE_NOTICE_PAGE:
		read_notice_of_page(columns, tell);
		return;
	case LBR_STORE_NOTICE_MARK:
	case LBR_STORE_NOTICE_RESEAL:
	case LBR_STORE_NOTICE_DROP:
		tell->result = lbr_column_flag(columns, "done") ? LBR_STORE_DONE : LBR_STORE_ABSENT;
		return;
	default:
		columns->broken = true;
		return;
	}
}

static void read_answer(struct lbr_columns *columns, const struct lbr_store_ask *ask, struct lbr_store_tell *tell)
{
	switch (ask->what) {
	case LBR_STORE_LOAD:
		tell->result = LBR_STORE_DONE;
		read_record(columns, tell);
		return;
	case LBR_STORE_COMMIT:
		read_commit(columns, tell);
		return;
	case LBR_STORE_CREATE:
		read_taken(columns, lbr_column_flag(columns, "done"), LBR_STORE_BUSY, tell);
		return;
	case LBR_STORE_RENAME:
		read_taken(columns, lbr_column_flag(columns, "done"), LBR_STORE_CHANGED, tell);
		return;
	case LBR_STORE_IS_FREE:
		read_taken(columns, false, LBR_STORE_DONE, tell);
		return;
	case LBR_STORE_REMOVE:
	case LBR_STORE_REBUILD:
		tell->result = lbr_column_flag(columns, "done") ? LBR_STORE_DONE : LBR_STORE_ABSENT;
		return;
	case LBR_STORE_TAKE_OUT:
		tell->result = lbr_column_flag(columns, "done") ? LBR_STORE_DONE : LBR_STORE_CHANGED;
		return;
	case LBR_STORE_FOUND:
		tell->result = lbr_column_flag(columns, "done") ? LBR_STORE_DONE : LBR_STORE_EXISTS;
		return;
	case LBR_STORE_PAGE:
		read_page(columns, ask, tell);
		return;
	default:
		read_more(columns, ask, tell);
		return;
	}
}

enum lbr_error lbr_statement_read(const struct lbr_store_ask *ask, const PGresult *result, int at, struct lbr_store_tell *tell)
{
	struct lbr_columns columns = {.result = result, .at = at};
	uint64_t serial = tell->serial;

	memset(tell, 0, sizeof(*tell));
	tell->serial = serial;
	if (at >= PQntuples(result))
		columns.broken = true;
	else
		read_answer(&columns, ask, tell);
	if (!columns.broken)
		return LBR_OK;
	memset(tell, 0, sizeof(*tell));
	tell->serial = serial;
	tell->result = lbr_store_is_change(ask->what) ? LBR_STORE_UNKNOWN : LBR_STORE_UNREACHABLE;
	tell->cause = LBR_STORE_BROKEN;
	return LBR_ERR_SYNTAX;
}
