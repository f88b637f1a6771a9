/* The agent's log for root: one line per event, from an allow-list of fields, never a secret. */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "session.h"

#define LBR_OF_ANOTHER "refused: the account was made for another uid than the system's user of that name has, or that name has " \
	"left the system; if it is the same person, run `liberations uid`, else `liberations remove`"

void lbr_log_open(void);

/* Logs a line about the agent itself. `format` as in printf(3). */
void lbr_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns true if a line about this peer is counted instead of logged: it may ask about its own account alone, has proven nothing,
 * and was refused often enough. Call it once for each line. */
bool lbr_log_holds_back(const struct lbr_session *session);

/* Returns true if it held back anything in this process. */
bool lbr_log_held_back(void);

/* Logs a line about one request: "EVENT for USER: DETAIL (service=, rhost=, tty=, uid=, pid=)". */
void lbr_log_event(const struct lbr_session *session, int priority, const char *event, const char *detail);

/* Logs an attempt, with what was wrong, and a second line if it caused an event. `error` and `reason` are set if it could not be
 * judged. */
void lbr_log_attempt(const struct lbr_session *session, const struct lbr_attempt *attempt, const struct lbr_outcome *outcome,
                     enum lbr_error error, const struct lbr_reason *reason);

/* log_refusal.c: writes why an attempt was refused, and whether it counted: "refused: ...". */
void lbr_log_describe(const struct lbr_session *session, const struct lbr_attempt *attempt, const struct lbr_outcome *outcome,
                      char *ret, size_t size);

/* log_answer.c: sets `reason` to the account that this unknown name resembles, as the store tells it, or to "". The work is the
 * same for a name that has an account. */
void lbr_log_find_resembling(const struct lbr_session *session, const struct lbr_outcome *outcome, struct lbr_reason *reason);

/* log_answer.c: returns what a wrong password looks like, "; " in front; "" if like any other. */
const char *lbr_log_looks_like(const struct lbr_session *session, const struct lbr_attempt *attempt);

#endif
