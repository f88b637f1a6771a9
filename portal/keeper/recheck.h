/* Sessions whose account must be asked about before they count again, and who waits for it: questions of the gate, and visits.
 *
 * Many that wait for one account share one question. The agent says yes: its sessions count as of the moment when it was asked. No:
 * they end. It cannot be asked, or says nothing for five seconds: everybody who waits is told of trouble, and nothing passes.
 */
#ifndef PORTAL_RECHECK_H
#define PORTAL_RECHECK_H

#include <stdbool.h>

#include "visit.h"

/* recheck_wait.c. Each makes one wait for the account of the session in slot `index`; what becomes of it, it is told later. A visit
 * goes on from its beginning, `rechecked` or with its session ended. False: too many wait. */
bool lbr_recheck_gate(struct lbr_keeper *keeper, uint32_t index, const struct lbr_web_session *session, uint64_t serial,
                      const struct lbr_site *site);
bool lbr_recheck_visit(struct lbr_keeper *keeper, uint32_t index, const struct lbr_web_session *session,
                       const struct lbr_visit *visit);

/* Drops the questions of a gate that is gone: the next one counts anew. */
void lbr_recheck_forget_gate(struct lbr_keeper *keeper);

/* Goes on: hears the agent, tells those who wait, asks the next question. Once in each turn of the loop. */
void lbr_recheck_turn(struct lbr_keeper *keeper);

/* Returns how long the loop may wait for the descriptor of the line, at most `most_ms`. */
int lbr_recheck_pause_ms(const struct lbr_keeper *keeper, int most_ms);

#endif
