/* The two answers of a sign-in, before anybody is asked to judge them. */
#ifndef PAM_LIBERATIONS_ANSWERS_H
#define PAM_LIBERATIONS_ANSWERS_H

#include "call.h"

/* Fills call->request's answers by the service's `factors`, `entry` and `*_first_pass`.
 * ALLOW: ask the agent. CONVERSATION: the person's side broke off. DENY: use_first_pass and there is no first pass. */
enum lbr_status lbr_answers_collect(struct lbr_call *call);

#endif
