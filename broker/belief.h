/* Whether what the database says of a change may be passed on as done. */
#ifndef BROKER_BELIEF_H
#define BROKER_BELIEF_H

#include <libpq-fe.h>

#include "db_pool.h"

/* Done is believed without a warning alone, and if the settings under which it ran are those that are demanded: a `commit` says
 * them in its columns; of another change it is NULL. False: `trouble` says why. */
bool lbr_done_is_believed(const struct lbr_db_pool *pool, const struct lbr_db_link *link, const PGresult *commit,
                          struct lbr_trouble *trouble);

/* Marks what the last commit of `link` stored as confirmed, at `now_us` of the database's clock. `copies`: lbr_marks_copies from
 * before the commit was sent. False: it may be gone again, and `trouble` says why. */
bool lbr_done_is_marked(struct lbr_db_pool *pool, struct lbr_db_link *link, uint64_t now_us, unsigned copies, int64_t until_ms,
                        struct lbr_trouble *trouble);

#endif
