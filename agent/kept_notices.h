/* Notices to the person, kept in the session until nobody waits for the agent any more. */
#ifndef AGENT_KEPT_NOTICES_H
#define AGENT_KEPT_NOTICES_H

#include <liberations/notice.h>

#include "session.h"

/* Remembers one for the account of the request at hand. Writes nothing: how long a verdict takes must not tell what was
 * noticed. */
void lbr_notice_keep(struct lbr_session *session, enum lbr_notice_kind kind);

/* After a request was answered: what became of it. Whoever was told yes learns nothing from how long writing takes, so then all
 * that is remembered is written; after a no nothing ever is before the end. */
void lbr_notice_keep_result(struct lbr_session *session);

/* Writes what is remembered, best effort: to be called once the connection is closed. */
void lbr_notice_write_kept(struct lbr_session *session);

#endif
