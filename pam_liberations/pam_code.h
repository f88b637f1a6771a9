/* The one place where the status of a reply becomes a PAM code. */
#ifndef PAM_LIBERATIONS_PAM_CODE_H
#define PAM_LIBERATIONS_PAM_CODE_H

#include "call.h"

/* Each answers with one of the codes that pam_liberations(8) lists for it; anything unforeseen is its refusal. */
int lbr_pam_code_of_auth(const struct lbr_call *call, enum lbr_status status);
int lbr_pam_code_of_account(const struct lbr_call *call, enum lbr_status status);
int lbr_pam_code_of_change(const struct lbr_call *call, enum lbr_status status);

#endif
