/* One request and everything that the agent asks until it answers. */
#ifndef PAM_LIBERATIONS_REQUEST_H
#define PAM_LIBERATIONS_REQUEST_H

#include "call.h"

/* Sends call->request over the open link and serves the agent until its reply, which is left in call->reply.
 * UNAVAILABLE: the agent fell silent, vanished or broke the protocol; the link is then broken and the reason logged. */
enum lbr_status lbr_request_run(struct lbr_call *call);

#endif
