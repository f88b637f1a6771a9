/* One question, answered: which kind it is, and what all kinds share. */
#include "reply.h"

#include <stdlib.h>
#include <string.h>

#include <liberations/monotonic.h>

#include "reply_parts.h"
#include "statements.h"

#define LOAD_TRIES 2 /* the second on another connection */

void lbr_reply_refuse(struct lbr_replying *replying, enum lbr_store_result result, const struct lbr_trouble *trouble)
{
	struct lbr_store_tell *tell = &replying->tell;

	memset(tell, 0, sizeof(*tell));
	tell->serial = replying->ask.serial;
	tell->result = result;
	tell->cause = trouble->cause;
	memcpy(tell->detail, trouble->detail, sizeof(trouble->detail));
}

/* A transaction that was refused half way, or not ended, would refuse whatever comes after it on that connection. */
void lbr_reply_let_go(struct lbr_replying *replying, struct lbr_db_link *link, enum lbr_fate fate,
                      const struct lbr_trouble *trouble)
{
	if (fate == LBR_FATE_UNKNOWN && link->pg != NULL) { /* it must prove itself again before it is used */
		link->trouble = *trouble;
		lbr_db_link_drop(link);
	}
	if (link->pg != NULL && PQtransactionStatus(link->pg) != PQTRANS_IDLE)
		lbr_db_link_drop(link);
	if (replying->alone == link)
		replying->alone = NULL;
	lbr_db_pool_give(replying->pool, link, fate);
}

enum lbr_fate lbr_reply_run(struct lbr_db_link *link, const char *statement, int64_t until_ms, struct lbr_trouble *trouble)
{
	const struct lbr_parameters none = {.count = 0};
	PGresult *result;
	enum lbr_fate fate = lbr_db_link_ask(link, statement, &none, until_ms, &result, trouble);

	/* COMMIT of a transaction that failed says ROLLBACK, and is no error. */
	if (fate == LBR_FATE_ANSWERED && strcmp(statement, LBR_STATEMENT_END) == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		fate = LBR_FATE_REFUSED;
	PQclear(result);
	return fate;
}

/* Ends the transaction that waits for a COMMIT which does not come. */
static void undo(struct lbr_replying *replying)
{
	struct lbr_trouble trouble;
	struct lbr_db_link *link = replying->alone;
	enum lbr_fate fate;

	if (link == NULL)
		return;
	fate = lbr_reply_run(link, LBR_STATEMENT_UNDO, lbr_monotonic_ms() + LBR_STORE_LOAD_MS, &trouble);
	lbr_reply_let_go(replying, link, fate, &trouble);
}

void lbr_reply_begin(struct lbr_replying *replying, struct lbr_db_pool *pool)
{
	replying->pool = pool;
	replying->member.whose = replying;
	lbr_member_begin(&replying->member);
}

void lbr_reply_end(struct lbr_replying *replying)
{
	undo(replying);
	lbr_member_end(&replying->member);
	PQclear(replying->page);
	replying->page = NULL;
	lbr_facts_end(&replying->facts);
	free(replying->found);
	replying->found = NULL;
}

void lbr_reply_regreet(struct lbr_db_link *link, const struct lbr_trouble *trouble)
{
	if (trouble->cause != LBR_STORE_ANOTHER_LINE && trouble->cause != LBR_STORE_NEW_EPOCH && trouble->cause != LBR_STORE_BROKEN)
		return;
	link->trouble = *trouble;
	lbr_db_link_drop(link);
}

static void answer_hello(struct lbr_replying *replying)
{
	struct lbr_store_tell *tell = &replying->tell;
	struct lbr_trouble trouble = {.cause = LBR_STORE_FINE};
	struct lbr_realm realm;

	if (replying->ask.count != LBR_STORE_WIRE_VERSION) {
		lbr_reply_refuse(replying, LBR_STORE_REFUSED, &trouble);
		return;
	}
	lbr_db_pool_note_keys(replying->pool, replying->ask.folded);
	if (!lbr_db_pool_realm(replying->pool, lbr_monotonic_ms() + LBR_STORE_LOAD_MS, &realm, &trouble)) {
		lbr_reply_refuse(replying, LBR_STORE_UNREACHABLE, &trouble);
		return;
	}
	tell->result = LBR_STORE_DONE;
	tell->has_realm = true;
	memcpy(tell->realm, realm.id, sizeof(tell->realm));
	memcpy(tell->probe, realm.probe, sizeof(tell->probe));
	tell->probe_len = realm.probe_len;
	memcpy(tell->key, realm.key, sizeof(tell->key));
	tell->epoch = realm.epoch;
	tell->floor_step = realm.floor_step;
	tell->now_us = (uint64_t)(realm.ahead_us + lbr_monotonic_ms() * 1000);
}

static void answer_decoy(struct lbr_replying *replying)
{
	struct lbr_trouble trouble = {.cause = LBR_STORE_BROKEN};

	if (replying->found == NULL)
		replying->found = calloc(1, sizeof(*replying->found));
	if (replying->found != NULL && lbr_found_take(replying->found, &replying->ask) == LBR_OK)
		replying->tell.result = LBR_STORE_DONE;
	else
		lbr_reply_refuse(replying, LBR_STORE_UNREACHABLE, &trouble);
}

/* What comes before a set of accounts, or looks at a database that no greeting accepts. */
static bool is_of_the_desk(enum lbr_store_what what)
{
	return what == LBR_STORE_SURVEY || what == LBR_STORE_INSTALL || what == LBR_STORE_ACCEPT;
}

static bool may_ask(const struct lbr_replying *replying)
{
	switch (replying->ask.what) {
	case LBR_STORE_HELLO:
	case LBR_STORE_LOAD:
	case LBR_STORE_COMMIT:
	case LBR_STORE_IS_FREE:
		return true;
	default:
		return replying->pool->admin;
	}
}

void lbr_reply(struct lbr_replying *replying)
{
	const struct lbr_trouble none = {.cause = LBR_STORE_FINE};

	memset(&replying->tell, 0, sizeof(replying->tell));
	replying->tell.serial = replying->ask.serial;
	replying->until_ms = lbr_monotonic_ms() + LBR_STORE_COMMIT_MS;
	replying->tries = LOAD_TRIES;
	if (replying->alone != NULL && replying->ask.what != LBR_STORE_COMMIT)
		undo(replying);
	if (replying->pool->admin && replying->ask.what == LBR_STORE_HELLO)
		lbr_db_pool_note_keys(replying->pool, replying->ask.folded); /* the first greeting tells them to other hosts */
	if (replying->pool->admin && !is_of_the_desk(replying->ask.what))
		(void)lbr_db_pool_tend_begin(replying->pool);
	if (!may_ask(replying))
		lbr_reply_refuse(replying, LBR_STORE_REFUSED, &none);
	else if (is_of_the_desk(replying->ask.what))
		lbr_reply_desk(replying);
	else if (replying->ask.what == LBR_STORE_HELLO)
		answer_hello(replying);
	else if (replying->ask.what == LBR_STORE_DECOY)
		answer_decoy(replying);
	else if (lbr_reply_may_be_batched(replying))
		lbr_reply_batch(replying);
	else if (lbr_store_is_change(replying->ask.what))
		lbr_reply_change(replying);
	else
		lbr_reply_read(replying);
}
