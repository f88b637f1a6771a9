/* What the kinds of answers share. Private to the answers. */
#ifndef BROKER_REPLY_PARTS_H
#define BROKER_REPLY_PARTS_H

#include "reply.h"

/* Answers with a result that is no DONE. */
void lbr_reply_refuse(struct lbr_replying *replying, enum lbr_store_result result, const struct lbr_trouble *trouble);

/* Gives a link back, also the one that was kept; after UNKNOWN it is down, because of `trouble`. */
void lbr_reply_let_go(struct lbr_replying *replying, struct lbr_db_link *link, enum lbr_fate fate,
                      const struct lbr_trouble *trouble);

/* Runs a statement without rows of interest: BEGIN, COMMIT, ROLLBACK. REFUSED: a COMMIT that rolled back. */
enum lbr_fate lbr_reply_run(struct lbr_db_link *link, const char *statement, int64_t until_ms, struct lbr_trouble *trouble);

/* After a refusal: line or epoch may have changed since this connection was greeted, or its prepared statements are gone, so it is
 * made and greeted anew. */
void lbr_reply_regreet(struct lbr_db_link *link, const struct lbr_trouble *trouble);

/* Whether it may be asked together with others that come at the same moment. */
bool lbr_reply_may_be_batched(const struct lbr_replying *replying);

/* reply_batch.c, reply_db_desk.c, reply_read.c, reply_change.c */
void lbr_reply_batch(struct lbr_replying *replying);
void lbr_reply_desk(struct lbr_replying *replying);
void lbr_reply_read(struct lbr_replying *replying);
void lbr_reply_change(struct lbr_replying *replying);

#endif
