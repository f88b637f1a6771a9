/* What root asks of the database itself. Read db_desk.h first. */
#include <liberations/monotonic.h>

#include "db_desk.h"
#include "reply_parts.h"

static enum lbr_fate accept_loss(struct lbr_db_link *link, int64_t until_ms, struct lbr_trouble *trouble)
{
	PGresult *result = NULL;
	enum lbr_fate fate = lbr_desk_ask(link, "SELECT lbr_v1.accept_loss()::text", until_ms, &result, trouble);

	PQclear(result);
	if (fate == LBR_FATE_ANSWERED && link->warned) {
		lbr_trouble_set(trouble, LBR_STORE_NOT_CONFIRMED, link->server);
		return LBR_FATE_UNKNOWN;
	}
	return fate;
}

static enum lbr_fate answer(struct lbr_replying *replying, struct lbr_db_link *link, int64_t until_ms, struct lbr_trouble *trouble)
{
	bool exists = false;
	enum lbr_fate fate;

	switch (replying->ask.what) {
	case LBR_STORE_SURVEY:
		return lbr_survey(link, until_ms, &replying->facts, trouble);
	case LBR_STORE_INSTALL:
		fate = lbr_install(link, replying->ask.other, replying->ask.alone, &exists, trouble);
		if (exists)
			replying->tell.result = LBR_STORE_EXISTS;
		return fate;
	default:
		return accept_loss(link, until_ms, trouble);
	}
}

void lbr_reply_desk(struct lbr_replying *replying)
{
	struct lbr_db_link link = {.number = 1};
	struct lbr_trouble trouble = {.cause = LBR_STORE_NO_SERVER};
	int64_t until_ms = lbr_monotonic_ms() + LBR_STORE_SURVEY_MS;
	enum lbr_fate fate = LBR_FATE_NOT_SENT;
	uint32_t tried = 0;

	if (replying->ask.what == LBR_STORE_SURVEY)
		lbr_survey_host(replying->pool, &replying->facts);
	replying->tell.result = LBR_STORE_DONE;
	if (lbr_db_link_connect(&link, replying->pool->settings, &tried, until_ms))
		fate = answer(replying, &link, until_ms, &trouble);
	else
		trouble = link.trouble;
	lbr_db_link_drop(&link);
	if (fate == LBR_FATE_ANSWERED)
		return;
	lbr_reply_refuse(replying, fate == LBR_FATE_UNKNOWN && lbr_store_is_change(replying->ask.what) ? LBR_STORE_UNKNOWN
	                                                                            : LBR_STORE_UNREACHABLE, &trouble);
}
