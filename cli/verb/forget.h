/* What is kept about an account beside it. */
#ifndef CLI_FORGET_H
#define CLI_FORGET_H

#include "admin_session.h"

/* Removes the notices and waiting messages of that name: the next person who has it must not hear of this account. `notify` drops
 * what is left after a fault. */
void cli_forget(const struct admin_session *session, const char *name);

#endif
