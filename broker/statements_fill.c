/* The questions of store_wire.h as parameters of their statements. Read statements.h first. */
#include "statements.h"

static void fill_commit(const struct lbr_store_ask *ask, const struct lbr_db_link *link, struct lbr_parameters *to)
{
	const struct lbr_store_row *row = &ask->row;

	lbr_parameter_text(to, ask->name);
	lbr_parameter_number(to, row->version);
	lbr_parameter_bytes(to, row->slot, row->slot_len);
	lbr_parameter_number(to, row->step);
	lbr_parameter_number(to, ask->before);
	lbr_parameter_number(to, row->generation);
	lbr_parameter_bytes(to, row->account, row->account_len);
	lbr_parameter_bytes(to, row->history, row->history_len);
	lbr_parameter_flag(to, ask->history);
	lbr_parameter_number(to, ask->epoch);
	lbr_parameter_number(to, link->number);
	lbr_parameter_number(to, link->seq + 1);
}

static void fill_load(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	lbr_parameter_text(to, ask->name);
	lbr_parameter_text(to, ask->other);
	lbr_parameter_flag(to, ask->history);
}

static void fill_create(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	const struct lbr_store_row *row = &ask->row;

	lbr_parameter_text(to, ask->name);
	lbr_parameter_text(to, ask->folded);
	lbr_parameter_number(to, row->generation);
	lbr_parameter_bytes(to, row->account, row->account_len);
	lbr_parameter_bytes(to, row->slot, row->slot_len);
	lbr_parameter_number(to, row->step);
	lbr_parameter_bytes(to, row->history, row->history_len);
	lbr_parameter_number(to, ask->epoch);
}

static void fill_rename(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	const struct lbr_store_row *row = &ask->row;

	lbr_parameter_text(to, ask->name);
	lbr_parameter_text(to, ask->other);
	lbr_parameter_text(to, ask->folded);
	lbr_parameter_number(to, row->version);
	lbr_parameter_bytes(to, row->slot, row->slot_len);
	lbr_parameter_number(to, row->generation);
	lbr_parameter_bytes(to, row->account, row->account_len);
	lbr_parameter_bytes(to, row->history, row->history_len);
	lbr_parameter_number(to, ask->epoch);
}

static void fill_notice(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	lbr_parameter_text(to, ask->name);
	lbr_parameter_text(to, ask->other);
	if (ask->what == LBR_STORE_NOTICE_MARK)
		lbr_parameter_number(to, ask->row.step);
	if (ask->what == LBR_STORE_NOTICE_MARK || ask->what == LBR_STORE_NOTICE_RESEAL) {
		lbr_parameter_bytes(to, ask->row.account, ask->row.account_len);
		lbr_parameter_number(to, ask->epoch);
	}
	if (ask->what == LBR_STORE_NOTICE_PAGE)
		lbr_parameter_number(to, ask->count);
}

static void fill_rebuild(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	lbr_parameter_text(to, ask->name);
	lbr_parameter_bytes(to, ask->row.slot, ask->row.slot_len);
	lbr_parameter_number(to, ask->row.step);
	lbr_parameter_number(to, ask->epoch);
}

/* The rest. */
static void fill_more(const struct lbr_store_ask *ask, struct lbr_parameters *to)
{
	switch (ask->what) {
	case LBR_STORE_NOTICE:
	case LBR_STORE_NOTICE_MARK:
	case LBR_STORE_NOTICE_RESEAL:
	case LBR_STORE_NOTICE_DROP:
	case LBR_STORE_NOTICE_PAGE:
		fill_notice(ask, to);
		return;
	case LBR_STORE_REMOVE:
	case LBR_STORE_MAKER:
		lbr_parameter_text(to, ask->name);
		return;
	case LBR_STORE_TAKE_OUT:
		lbr_parameter_text(to, ask->name);
		lbr_parameter_number(to, ask->before);
		return;
	case LBR_STORE_TURN:
		lbr_parameter_text(to, ask->name);
		lbr_parameter_text(to, ask->folded);
		lbr_parameter_number(to, ask->before);
		return;
	case LBR_STORE_LACKING:
		lbr_parameter_text(to, ask->other);
		return;
	case LBR_STORE_ACTIVATE:
		lbr_parameter_text(to, ask->other);
		lbr_parameter_bytes(to, ask->row.account, ask->row.account_len);
		return;
	default: /* found.c */
		return;
	}
}

void lbr_statement_fill(const struct lbr_store_ask *ask, const struct lbr_db_link *link, struct lbr_parameters *parameters)
{
	parameters->count = 0;
	switch (ask->what) {
	case LBR_STORE_COMMIT:
		fill_commit(ask, link, parameters);
		return;
	case LBR_STORE_CREATE:
		fill_create(ask, parameters);
		return;
	case LBR_STORE_RENAME:
		fill_rename(ask, parameters);
		return;
	case LBR_STORE_LOAD:
		fill_load(ask, parameters);
		return;
	case LBR_STORE_IS_FREE:
		lbr_parameter_text(parameters, ask->name);
		lbr_parameter_text(parameters, ask->folded);
		return;
	case LBR_STORE_REBUILD:
		fill_rebuild(ask, parameters);
		return;
	case LBR_STORE_PAGE:
		lbr_parameter_text(parameters, ask->name);
		lbr_parameter_number(parameters, ask->count);
		lbr_parameter_flag(parameters, !ask->history);
		return;
	default:
		fill_more(ask, parameters);
		return;
	}
}
