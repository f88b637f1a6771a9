/* `liberations-portal --check`. */
#ifndef PORTAL_CHECK_H
#define PORTAL_CHECK_H

#include "portal_settings.h"

/* Judges what the keeper will need besides its configuration, as the user that it has now: key, state directory, the programs
 * that read HTTP, and the agent's socket. Tells `fault` of each thing that is wrong. Returns how many there were. */
unsigned lbr_portal_check(const struct lbr_portal_settings *settings, const char *readers, lbr_fault *fault, void *context);

#endif
