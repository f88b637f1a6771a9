/* A question that changes nothing may be asked again. */
#include <stddef.h>

#include <liberations/monotonic.h>

#include "reply_parts.h"
#include "statements.h"

static enum lbr_fate load_once(struct lbr_replying *replying, struct lbr_db_link *link, int64_t until_ms, PGresult **ret,
                               struct lbr_trouble *trouble)
{
	struct lbr_parameters parameters;
	enum lbr_fate fate = LBR_FATE_ANSWERED;

	if (replying->ask.what == LBR_STORE_LOAD && replying->ask.alone)
		fate = lbr_reply_run(link, LBR_STATEMENT_BEGIN, until_ms, trouble);
	else
		fate = lbr_statement_prepare_late(link, replying->ask.what, until_ms, trouble);
	if (fate != LBR_FATE_ANSWERED)
		return fate;
	lbr_statement_fill(&replying->ask, link, &parameters);
	return lbr_db_link_ask(link, replying->ask.what == LBR_STORE_LOAD && replying->ask.alone ? LBR_STATEMENT_LOAD_ALONE
	                    : lbr_statement_of(replying->ask.what), &parameters, until_ms, ret, trouble);
}

static void take_rows(struct lbr_replying *replying, PGresult *result)
{
	if (replying->ask.what == LBR_STORE_PAGE || replying->ask.what == LBR_STORE_NOTICE_PAGE ||
	    replying->ask.what == LBR_STORE_LACKING) {
		replying->page = result;
		return;
	}
	(void)lbr_statement_read(&replying->ask, result, 0, &replying->tell);
	PQclear(result);
}

/* Answers a question that changes nothing; a second connection gets it if the first one fails. */
void lbr_reply_read(struct lbr_replying *replying)
{
	struct lbr_trouble trouble;
	enum lbr_fate fate = LBR_FATE_NOT_SENT;
	PGresult *result = NULL;
	struct lbr_db_link *link;

	for (; replying->tries > 0 && fate != LBR_FATE_ANSWERED && fate != LBR_FATE_REFUSED; replying->tries--) {
		int64_t until_ms = lbr_monotonic_ms() + LBR_STORE_LOAD_MS;

		link = lbr_db_pool_take(replying->pool, until_ms, &trouble);
		if (link == NULL)
			break;
		fate = load_once(replying, link, until_ms, &result, &trouble);
		if (fate == LBR_FATE_REFUSED)
			lbr_reply_regreet(link, &trouble);
		if (fate == LBR_FATE_ANSWERED && replying->ask.what == LBR_STORE_LOAD && replying->ask.alone)
			replying->alone = link;
		else
			lbr_reply_let_go(replying, link, fate, &trouble);
	}
	if (fate == LBR_FATE_ANSWERED)
		take_rows(replying, result);
	else
		lbr_reply_refuse(replying, LBR_STORE_UNREACHABLE, &trouble);
}
