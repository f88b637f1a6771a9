/* Hello and welcome: the options of the service, and PAM's claims about the caller. */
#ifndef PAM_LIBERATIONS_GREETING_H
#define PAM_LIBERATIONS_GREETING_H

#include <stdbool.h>

#include "call.h"

/* Sends hello over the link's connection and waits for the welcome. False: something else arrived, or nothing. */
bool lbr_greeting_exchange(struct lbr_call *call);

#endif
