/* A change is sent once. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

#include <liberations/monotonic.h>

#include "belief.h"
#include "broker_log.h"
#include "reply_parts.h"
#include "statements.h"

#define FULL_AGAIN_MS 60000 /* a full disk refuses many */

/* The transaction that kept others out ends; so does a rename that was only to be tried. */
static enum lbr_fate close_transaction(struct lbr_replying *replying, struct lbr_db_link *link, int64_t until_ms,
                                       struct lbr_trouble *trouble)
{
	bool keep = replying->ask.what == LBR_STORE_COMMIT && replying->tell.result == LBR_STORE_DONE;
	enum lbr_fate fate = lbr_reply_run(link, keep ? LBR_STATEMENT_END : LBR_STATEMENT_UNDO, until_ms, trouble);

	if (fate == LBR_FATE_ANSWERED && keep && !lbr_done_is_believed(replying->pool, link, NULL, trouble))
		return LBR_FATE_UNKNOWN;
	return keep || fate != LBR_FATE_UNKNOWN ? fate : LBR_FATE_ANSWERED;
}

static bool fill(const struct lbr_replying *replying, const struct lbr_db_link *link, struct lbr_parameters *parameters)
{
	if (replying->ask.what == LBR_STORE_FOUND)
		return replying->found != NULL && lbr_found_fill(replying->found, &replying->ask, parameters) == LBR_OK;
	lbr_statement_fill(&replying->ask, link, parameters);
	return true;
}

static enum lbr_fate change(struct lbr_replying *replying, struct lbr_db_link *link, bool in_transaction, int64_t until_ms,
                            struct lbr_trouble *trouble)
{
	struct lbr_parameters parameters;
	PGresult *result = NULL;
	enum lbr_fate fate;

	if (!fill(replying, link, &parameters)) {
		lbr_trouble_set(trouble, LBR_STORE_BROKEN, "decoys");
		return LBR_FATE_REFUSED;
	}
	fate = lbr_db_link_ask(link, lbr_statement_of(replying->ask.what), &parameters, until_ms, &result, trouble);
	if (fate == LBR_FATE_ANSWERED && lbr_statement_read(&replying->ask, result, 0, &replying->tell) != LBR_OK) {
		lbr_trouble_set(trouble, LBR_STORE_BROKEN, link->server);
		fate = LBR_FATE_UNKNOWN;
	}
	if (fate == LBR_FATE_ANSWERED && replying->tell.result == LBR_STORE_DONE &&
	    !lbr_done_is_believed(replying->pool, link, replying->ask.what == LBR_STORE_COMMIT ? result : NULL, trouble))
		fate = LBR_FATE_UNKNOWN;
	PQclear(result);
	if (in_transaction && (fate == LBR_FATE_ANSWERED || fate == LBR_FATE_REFUSED)) {
		enum lbr_fate closed = close_transaction(replying, link, until_ms, trouble);

		fate = fate == LBR_FATE_ANSWERED ? closed : fate;
	}
	return fate;
}

/* The server lives, so that this is no outage; and one account may still find room where another does not. */
static void note_full(struct lbr_db_pool *pool, const struct lbr_trouble *trouble)
{
	int64_t now_ms = lbr_monotonic_ms(), told_ms = pool->full_ms;

	if (trouble->cause != LBR_STORE_FULL || (told_ms != 0 && now_ms - told_ms < FULL_AGAIN_MS) ||
	    !atomic_compare_exchange_strong(&pool->full_ms, &told_ms, now_ms))
		return;
	lbr_broker_log(LOG_ERR, "the database refuses changes: it is out of space or connections (%s); people are refused",
	               trouble->detail);
}

void lbr_reply_change(struct lbr_replying *replying)
{
	unsigned copies = lbr_marks_copies(&replying->pool->marks);
	struct lbr_db_link *link = replying->alone;
	struct lbr_trouble trouble;
	bool in_transaction = link != NULL;
	enum lbr_fate fate = LBR_FATE_ANSWERED;

	if (link == NULL)
		link = lbr_db_pool_take(replying->pool, replying->until_ms, &trouble);
	if (link == NULL) {
		lbr_reply_refuse(replying, LBR_STORE_UNREACHABLE, &trouble);
		return;
	}
	if (replying->ask.what == LBR_STORE_RENAME && replying->ask.alone) {
		fate = lbr_reply_run(link, LBR_STATEMENT_BEGIN, replying->until_ms, &trouble);
		in_transaction = true;
	}
	if (fate == LBR_FATE_ANSWERED)
		fate = change(replying, link, in_transaction, replying->until_ms, &trouble);
	if (fate == LBR_FATE_ANSWERED && replying->ask.what == LBR_STORE_COMMIT && replying->tell.result == LBR_STORE_DONE &&
	    !lbr_done_is_marked(replying->pool, link, replying->tell.now_us, copies, replying->until_ms, &trouble))
		fate = LBR_FATE_UNKNOWN;
	if (replying->ask.what == LBR_STORE_FOUND || (replying->ask.what == LBR_STORE_ACTIVATE && fate == LBR_FATE_ANSWERED))
		lbr_trouble_set(&trouble, LBR_STORE_NEW_EPOCH, "");
	if (fate == LBR_FATE_REFUSED)
		note_full(replying->pool, &trouble);
	if (fate == LBR_FATE_REFUSED || replying->ask.what == LBR_STORE_FOUND || replying->ask.what == LBR_STORE_ACTIVATE)
		lbr_reply_regreet(link, &trouble);
	lbr_reply_let_go(replying, link, fate, &trouble);
	if (fate != LBR_FATE_ANSWERED)
		lbr_reply_refuse(replying, fate == LBR_FATE_UNKNOWN ? LBR_STORE_UNKNOWN : LBR_STORE_UNREACHABLE, &trouble);
}
