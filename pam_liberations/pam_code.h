/* The only place that maps the status of a reply to a PAM code. */
#ifndef PAM_LIBERATIONS_PAM_CODE_H
#define PAM_LIBERATIONS_PAM_CODE_H

#include "call.h"

/* Each returns one of the codes that pam_liberations(8) lists for its entry point; an unknown status gives its refusal. */
int lbr_pam_code_of_auth(const struct lbr_call *call, enum lbr_status status);
int lbr_pam_code_of_account(const struct lbr_call *call, enum lbr_status status);
int lbr_pam_code_of_change(const struct lbr_call *call, enum lbr_status status);

#endif
