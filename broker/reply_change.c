/* A change is sent once. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

#include <liberations/monotonic.h>

#include "broker_log.h"
#include "greet.h"
#include "reply_parts.h"
#include "result_columns.h"
#include "statements.h"

#define FULL_AGAIN_MS 60000 /* a full disk refuses many */

/* Somebody at the server ended the wait: others see what no standby has. */
static void note_unconfirmed(const struct lbr_db_link *link, struct lbr_trouble *trouble)
{
	lbr_trouble_set(trouble, LBR_STORE_NOT_CONFIRMED, link->server);
	lbr_broker_log(LOG_ALERT, "ALERT: the database stored something without the standby's confirmation (%s): a promoted "
	               "standby may lack it", link->server);
}

/* Done is believed without a warning alone, and if the settings under which it ran are those that are demanded. */
static bool is_believed(const struct lbr_replying *replying, const struct lbr_db_link *link, const PGresult *result,
                        struct lbr_trouble *trouble)
{
	struct lbr_columns columns = {.result = result};
	char synchronous_commit[16], standbys[64];

	if (link->warned) {
		note_unconfirmed(link, trouble);
		return false;
	}
	if (replying->ask.what != LBR_STORE_COMMIT || replying->pool->settings->confirm != LBR_CONFIRM_STANDBY)
		return true;
	lbr_column_text(&columns, "synchronous_commit", synchronous_commit, sizeof(synchronous_commit));
	lbr_column_start(&columns, "synchronous_standby_names", standbys, sizeof(standbys));
	if (!columns.broken && lbr_is_confirmed(synchronous_commit, standbys))
		return true;
	lbr_trouble_set(trouble, LBR_STORE_NO_STANDBY, link->server);
	return false;
}

/* The transaction that kept others out ends; so does a rename that was only to be tried. */
static enum lbr_fate close_transaction(struct lbr_replying *replying, struct lbr_db_link *link, int64_t until_ms,
                                       struct lbr_trouble *trouble)
{
	bool keep = replying->ask.what == LBR_STORE_COMMIT && replying->tell.result == LBR_STORE_DONE;
	enum lbr_fate fate = lbr_reply_run(link, keep ? LBR_STATEMENT_END : LBR_STATEMENT_UNDO, until_ms, trouble);

	if (fate == LBR_FATE_ANSWERED && keep && link->warned) {
		note_unconfirmed(link, trouble);
		return LBR_FATE_UNKNOWN;
	}
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
	if (fate == LBR_FATE_ANSWERED && replying->tell.result == LBR_STORE_DONE && !is_believed(replying, link, result, trouble))
		fate = LBR_FATE_UNKNOWN;
	PQclear(result);
	if (in_transaction && (fate == LBR_FATE_ANSWERED || fate == LBR_FATE_REFUSED)) {
		enum lbr_fate closed = close_transaction(replying, link, until_ms, trouble);

		fate = fate == LBR_FATE_ANSWERED ? closed : fate;
	}
	return fate;
}

/* A yes may wait here, unread, while a backup from before it takes its server's place, and another connection greets that one:
 * without this commit among the marks it looks fine, and would accept the code once more. So the server must still answer. */
static bool is_confirmed(struct lbr_replying *replying, struct lbr_db_link *link, unsigned copies, int64_t until_ms,
                         struct lbr_trouble *trouble)
{
	struct lbr_marks *marks = &replying->pool->marks;

	link->seq++; /* by no commit that stored nothing: what is stored and what is told would lie apart */
	lbr_marks_confirm(marks, link->number - 1, link->seq, replying->tell.now_us);
	if (lbr_marks_copies(marks) == copies || lbr_db_link_beat(link, until_ms))
		return true;
	*trouble = link->trouble;
	return false;
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
	int64_t until_ms = lbr_monotonic_ms() + LBR_STORE_COMMIT_MS;
	struct lbr_db_link *link = replying->alone;
	struct lbr_trouble trouble;
	bool in_transaction = link != NULL;
	enum lbr_fate fate = LBR_FATE_ANSWERED;

	if (link == NULL)
		link = lbr_db_pool_take(replying->pool, until_ms, &trouble);
	if (link == NULL) {
		lbr_reply_refuse(replying, LBR_STORE_UNREACHABLE, &trouble);
		return;
	}
	if (replying->ask.what == LBR_STORE_RENAME && replying->ask.alone) {
		fate = lbr_reply_run(link, LBR_STATEMENT_BEGIN, until_ms, &trouble);
		in_transaction = true;
	}
	if (fate == LBR_FATE_ANSWERED)
		fate = change(replying, link, in_transaction, until_ms, &trouble);
	if (fate == LBR_FATE_ANSWERED && replying->ask.what == LBR_STORE_COMMIT && replying->tell.result == LBR_STORE_DONE &&
	    !is_confirmed(replying, link, copies, until_ms, &trouble))
		fate = LBR_FATE_UNKNOWN;
	if (replying->ask.what == LBR_STORE_FOUND || (replying->ask.what == LBR_STORE_ACTIVATE && fate == LBR_FATE_ANSWERED))
		lbr_trouble_set(&trouble, LBR_STORE_NEW_EPOCH, "");
	if (fate == LBR_FATE_REFUSED)
		note_full(replying->pool, &trouble);
	if (fate == LBR_FATE_REFUSED || replying->ask.what == LBR_STORE_FOUND || replying->ask.what == LBR_STORE_ACTIVATE)
		lbr_reply_regreet(link, &trouble);
	if (fate == LBR_FATE_UNKNOWN && link->pg != NULL) { /* it must prove itself again before it is used */
		link->trouble = trouble;
		lbr_db_link_drop(link);
	}
	lbr_reply_let_go(replying, link, fate);
	if (fate != LBR_FATE_ANSWERED)
		lbr_reply_refuse(replying, fate == LBR_FATE_UNKNOWN ? LBR_STORE_UNKNOWN : LBR_STORE_UNREACHABLE, &trouble);
}
