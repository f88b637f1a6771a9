/* One request, and everything that the agent asks before it replies. */
#ifndef PAM_LIBERATIONS_REQUEST_H
#define PAM_LIBERATIONS_REQUEST_H

#include "call.h"

/* Sends call->request over the open link and handles the agent's questions until its reply arrives in call->reply.
 * UNAVAILABLE: the agent stopped answering, disconnected or broke the protocol; the link is then broken and the reason logged. */
enum lbr_status lbr_request_run(struct lbr_call *call);

#endif
