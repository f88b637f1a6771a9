/* Lines of the log about a session. */
#ifndef PORTAL_SESSION_LOG_H
#define PORTAL_SESSION_LOG_H

#include "keeper.h"

/* Logs "EVENT for USER (site=ORIGIN rhost=ADDRESS)" with what the session holds; the site is "-" if the configuration has it
 * no more. */
void lbr_log_session(const struct lbr_keeper *keeper, const char *event, const struct lbr_web_session *session);

#endif
