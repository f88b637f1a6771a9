/* The one place where the status of a reply becomes a PAM code. */
#ifndef PAM_LIBERATIONS_RESULT_H
#define PAM_LIBERATIONS_RESULT_H

#include "call.h"

/* Each answers with one of the codes that pam_liberations(8) lists for it; anything unforeseen is its refusal. */
int lbr_result_of_auth(const struct lbr_call *call, enum lbr_status result);
int lbr_result_of_account(const struct lbr_call *call, enum lbr_status result);
int lbr_result_of_change(const struct lbr_call *call, enum lbr_status result);

#endif
