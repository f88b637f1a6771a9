/* Memory for visits that wait: a form with a password may be one. It is never in the swap. */
#ifndef PORTAL_WAITING_VISIT_H
#define PORTAL_WAITING_VISIT_H

#include "visit.h"

/* Locks the first places. Call it before root is left. */
void lbr_waiting_visits_begin(void);

/* Returns room for one, or NULL. */
struct lbr_visit *lbr_waiting_visit_take(void);

/* Wipes it. */
void lbr_waiting_visit_give_back(struct lbr_visit *visit);

#endif
