/* The questions that those who wait for an account share: which of them is about whom, and the next one. */
#ifndef PORTAL_RECHECK_ASK_H
#define PORTAL_RECHECK_ASK_H

#include <stdbool.h>

#include <liberations/error.h>

#include "keeper.h"

/* The account and its standing are the same. */
bool lbr_recheck_is_about(const struct lbr_recheck_waiter *waiter, const struct lbr_standing_question *question);

/* Its yes counts for this one too. The account was in that standing when the agent was asked, which is new enough for requests that
 * came within the time of `recheck` after it; the others wait for another question. */
bool lbr_recheck_is_meant(const struct lbr_keeper *keeper, const struct lbr_recheck_waiter *waiter,
                          const struct lbr_standing_question *question);

/* Asks, unless a question under way will do. Returns what lbr_standing_line_ask() does. */
enum lbr_error lbr_recheck_ask_about(struct lbr_keeper *keeper, struct lbr_recheck_waiter *waiter);

/* Those under way were lost with their connection: everybody is asked about anew. */
void lbr_recheck_forget_questions(struct lbr_recheck *recheck);

#endif
