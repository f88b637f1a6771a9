/* The keeper's log for root: one line an event, to syslog, and to standard error where that is not the journal. It never holds a
 * cookie, a password, a key or a code. */
#ifndef PORTAL_KEEPER_LOG_H
#define PORTAL_KEEPER_LOG_H

#include <stdint.h>

/* Must be called before any other; reads the environment. */
void lbr_keeper_log_open(void);

/* Logs a line about the portal itself. `priority` as in syslog(3), `format` as in printf(3); controls are made safe. */
void lbr_keeper_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Logs "EVENT for USER (site=ORIGIN rhost=ADDRESS)": `event` is ours ("session began"), the address is what the proxy claims. No
 * byte of a name or an address can end its field. */
void lbr_keeper_log_person(const char *event, const char *user, const char *origin, const char *address);

/* Says once that the agent cannot be asked, and then only counts. `why` is a reason's text. */
void lbr_keeper_log_agent_lost(const char *why);

/* Says that it answers again, and how often it did not. Nothing, if it always did. */
void lbr_keeper_log_agent_back(void);

/* Says, once a minute, that a request was for a host that no site has, and what to do about it. */
void lbr_keeper_log_other_host(const char *host, int64_t now_ms);

#endif
