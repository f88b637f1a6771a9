/* What is kept about an account beside it. */
#ifndef CLI_FORGET_H
#define CLI_FORGET_H

#include "admin_session.h"

/* Removes the notices of that name: the next person who has it must not hear of this account. `notify` drops what is left after a
 * fault. */
void cli_forget_notices(const struct admin_session *session, const char *name);

#endif
