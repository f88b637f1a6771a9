/* Hello and welcome: the options of the service, and PAM's claims about the caller. */
#ifndef PAM_LIBERATIONS_GREETING_H
#define PAM_LIBERATIONS_GREETING_H

#include <stdbool.h>

#include "call.h"

/* Returns true if sshd says that the person has proven a public key. */
bool lbr_greeting_has_key(struct lbr_call *call);

/* Sends hello over the link's connection and waits for the welcome. False: something else arrived, or nothing. */
bool lbr_greeting_exchange(struct lbr_call *call);

#endif
