/* Sessions that end by themselves: idle, too old, one too many. */
#ifndef PORTAL_SESSIONS_OVER_H
#define PORTAL_SESSIONS_OVER_H

#include "keeper.h"

/* From now on the log has a line for each. */
void lbr_sessions_over_begin(struct lbr_keeper *keeper);

/* Looks at a part of the table once a second, and at all of it within a minute: the line comes although nobody asks any more. */
void lbr_sessions_over_turn(struct lbr_keeper *keeper);

#endif
