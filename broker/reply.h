/* One question, answered. */
#ifndef BROKER_REPLY_H
#define BROKER_REPLY_H

#include "batch.h"
#include "founding.h"
#include "db_pool.h"
#include "db_facts.h"

/* What one client's questions share. */
struct lbr_replying {
	struct lbr_db_pool   *pool;
	struct lbr_db_link   *alone;  /* a transaction that keeps others out, for the COMMIT that follows; or NULL */
	struct lbr_store_ask  ask;
	struct lbr_store_tell tell;
	struct lbr_found     *found;  /* decoys of a set of accounts that is being founded; or NULL */
	PGresult             *page;   /* rows that are still to be told; or NULL */
	struct lbr_facts      facts;  /* likewise */
	struct lbr_member     member;   /* of a batch */
	bool                  answered; /* by a batch */
	int64_t               until_ms; /* of a change (lbr_monotonic_ms) */
	int                   tries;    /* of a question that changes nothing: how many are left */
};

/* Makes ready what a client's questions share. */
void lbr_reply_begin(struct lbr_replying *replying, struct lbr_db_pool *pool);

/* Answers replying->ask in replying->tell, and leaves in `page` what follows. */
void lbr_reply(struct lbr_replying *replying);

/* Gives up what was kept for a next question. */
void lbr_reply_end(struct lbr_replying *replying);

#endif
