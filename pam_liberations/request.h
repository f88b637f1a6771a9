/* One request, and everything that the agent asks before it replies. */
#ifndef PAM_LIBERATIONS_REQUEST_H
#define PAM_LIBERATIONS_REQUEST_H

#include <stdbool.h>

#include "call.h"

/* Answers one question, the agent's or one that is asked before it: from PAM's items where the arguments say so, else by the
 * person. False: no answer; `ret` is then empty. */
bool lbr_request_ask(struct lbr_call *call, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret);

/* Sends call->request over the open link and handles the agent's questions until its reply arrives in call->reply.
 * UNAVAILABLE: the agent stopped answering, disconnected or broke the protocol; the link is then broken and the reason logged. */
enum lbr_status lbr_request_run(struct lbr_call *call);

#endif
