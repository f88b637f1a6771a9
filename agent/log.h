/* The agent's lines for root: one an event, from an allow-list of fields, never anything secret. */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

#include "session.h"

void lbr_log_open(void);

/* A line about the agent itself. `format` as in printf(3). */
void lbr_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line about one request: "EVENT for USER: DETAIL (service=, rhost=, tty=, uid=, pid=)". */
void lbr_log_event(const struct lbr_session *session, int priority, const char *event, const char *detail);

/* The line of an attempt, with what was wrong, and a line of what else it brought to light. `error` and `reason` when it
 * could not be judged. */
void lbr_log_attempt(const struct lbr_session *session, const struct lbr_outcome *outcome, enum lbr_error error,
                     const struct lbr_reason *reason);

#endif
