/* The connection of a handle to its agent: through the listener's socket, else to an agent that the module starts. */
#ifndef PAM_LIBERATIONS_LINK_H
#define PAM_LIBERATIONS_LINK_H

#include <stdbool.h>

#include "call.h"

/* The handle's link, made if it has none and `make` is set. NULL: none, or no memory. Lives until pam_end. */
struct lbr_link *lbr_link_of(pam_handle_t *pamh, bool make);

/* Connects and exchanges hello and welcome. False: nobody answered; the mend is logged. */
bool lbr_link_open(struct lbr_call *call);

/* Closes it in good order; a lost one stays lost. Never shutdown(2): after a fork the other copy may be in use. */
void lbr_link_close(struct lbr_link *link);

/* Closes it because it cannot be trusted any more. */
void lbr_link_break(struct lbr_link *link);

/* What a new authenticate starts with: no connection, nobody bound, tied. */
void lbr_link_renew(struct lbr_link *link);

#endif
