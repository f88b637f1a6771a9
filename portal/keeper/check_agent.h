/* Does the agent answer? */
#ifndef PORTAL_CHECK_AGENT_H
#define PORTAL_CHECK_AGENT_H

#include <stdbool.h>

#include <liberations/error.h>

/* Asks the agent whose socket is `path` about an account that cannot exist, and waits for its answer, whatever it is. `*ret_there`:
 * the socket could be reached. LBR_ERR_RANGE, _SYSTEM: it could not. LBR_ERR_ABSENT: no answer came. */
enum lbr_error lbr_check_agent(const char *path, bool *ret_there, struct lbr_reason *reason);

#endif
