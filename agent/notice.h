/* Notices to the person, kept in the session until nobody waits for the agent any more. */
#ifndef AGENT_NOTICE_H
#define AGENT_NOTICE_H

#include <liberations/notice.h>

#include "session.h"

/* Remembers one for the account of the request at hand. Writes nothing: how long a verdict takes must not tell what was
 * noticed. */
void lbr_notice_keep(struct lbr_session *session, enum lbr_notice_kind kind);

/* After a request was answered: what became of it, and room for the next one's. One dialogue about many people would fill the
 * list; then, and only then, it is written between two requests. */
void lbr_notice_keep_result(struct lbr_session *session);

/* Writes what is remembered, best effort: to be called once the peer has closed. */
void lbr_notice_write_kept(struct lbr_session *session);

#endif
