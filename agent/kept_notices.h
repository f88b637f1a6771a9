/* Notices to the person, kept in the session until the peer no longer waits for the agent. */
#ifndef AGENT_KEPT_NOTICES_H
#define AGENT_KEPT_NOTICES_H

#include <liberations/notice.h>

#include "session.h"

/* Remembers a notice for the account of the current request. Writes nothing, so that the time until the verdict does not reveal
 * what happened. */
void lbr_notice_keep(struct lbr_session *session, enum lbr_notice_kind kind);

/* Remembers the result of a request that was answered. After a yes, timing reveals nothing, so all pending notices are written
 * now; after a no, nothing is written before the end. */
void lbr_notice_keep_result(struct lbr_session *session);

/* Writes the pending notices, best effort. Call it once the connection is closed. */
void lbr_notice_write_kept(struct lbr_session *session);

#endif
