/* The keeper's end: what has reached the portal is answered first, for five seconds at most.
 *
 * Sockets that a supervisor handed over keep what comes from then on in their queues, for the next portal. Its own are closed to
 * new clients, and their queues are served to the last. The gate ends by itself once its connections have their answers, and each
 * page after its own; so the portal is done when it has no process left. */
#ifndef PORTAL_DRAIN_H
#define PORTAL_DRAIN_H

#include <stdbool.h>

#include "keeper.h"

/* Once in each turn of the loop, from the moment when the portal shall end. */
void lbr_drain_turn(struct lbr_keeper *keeper);

/* True: it shall end, and all is answered or the time is over. */
bool lbr_drain_is_over(const struct lbr_keeper *keeper);

/* True: of so many signals one came half a second after the first, or later. What follows sooner is the same signal. */
bool lbr_drain_is_told_again(struct lbr_keeper *keeper, int signals);

/* Logs whether requests were left without an answer. */
void lbr_drain_tell(const struct lbr_keeper *keeper);

#endif
