/* Taking in the programs that ask, until the end is asked for. */
#ifndef BROKER_ACCEPT_H
#define BROKER_ACCEPT_H

#include <sys/types.h>

#include "db_pool.h"

/* Serves agents of the user `agent`, and root, until SIGTERM or SIGINT; then what was asked is still answered, within
 * LBR_BROKER_END_MS. */
void lbr_broker_accept(struct lbr_db_pool *pool, int listener, uid_t agent);

/* Before the first thread: from here on SIGTERM and SIGINT end nothing but lbr_broker_accept. */
void lbr_broker_accept_begin(void);

#define LBR_BROKER_END_MS 5000 /* a commit waits LBR_STORE_COMMIT_MS */

#endif
