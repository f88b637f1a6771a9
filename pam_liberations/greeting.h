/* Hello and welcome: the options of the service and what PAM claims about the caller. */
#ifndef PAM_LIBERATIONS_GREETING_H
#define PAM_LIBERATIONS_GREETING_H

#include <stdbool.h>

#include "call.h"

/* Says hello over the link's connection. False: anything but a welcome came, or nothing. */
bool lbr_greeting_exchange(struct lbr_call *call);

#endif
