/* `liberations-portal --check`. */
#ifndef PORTAL_CHECK_H
#define PORTAL_CHECK_H

#include <liberations/language.h>

#include "portal_settings.h"

/* Judges what the keeper will need besides its configuration, as the user that it has now: key, state directory, sockets, the
 * programs that read HTTP, the files of the sites, and an agent that answers. Says each thing that is wrong in a line of standard
 * error, and what repairs it. Returns how many there were. */
unsigned lbr_portal_check(const struct lbr_portal_settings *settings, const char *readers, enum lbr_language language);

#endif
