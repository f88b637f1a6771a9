/* What a person types before the module connects: nobody holds an agent while typing. */
#ifndef PAM_LIBERATIONS_ANSWERS_H
#define PAM_LIBERATIONS_ANSWERS_H

#include "call.h"

/* Fills in the answers of call->request according to the service's `factors`, `entry` and `*_first_pass`.
 * ALLOW: ask the agent. CONVERSATION: the person broke off. DENY: use_first_pass, but no first pass exists. */
enum lbr_status lbr_answers_collect(struct lbr_call *call);

/* The same for a change: old password and code, whatever the service asks at a sign-in. ALLOW or CONVERSATION. */
enum lbr_status lbr_answers_collect_change(struct lbr_call *call);

#endif
