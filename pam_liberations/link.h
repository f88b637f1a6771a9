/* The connection from a handle to its agent: through the listener's socket, else to an agent that the module starts. */
#ifndef PAM_LIBERATIONS_LINK_H
#define PAM_LIBERATIONS_LINK_H

#include <stdbool.h>

#include "call.h"

/* Returns the handle's link, creating it if it is missing and `make` is set. NULL: none, or no memory. Valid until pam_end. */
struct lbr_link *lbr_link_of(pam_handle_t *pamh, bool make);

/* Connects and exchanges hello and welcome. False: no agent answered; the log says how to fix it. */
bool lbr_link_open(struct lbr_call *call);

/* Closes the link in good order; a lost one stays lost. Never calls shutdown(2): after a fork the other copy may be in use. */
void lbr_link_close(struct lbr_link *link);

/* Closes the link because it can no longer be trusted. */
void lbr_link_break(struct lbr_link *link);

/* Resets the link for a new authenticate: no connection, no user bound, tied. */
void lbr_link_renew(struct lbr_link *link);

#endif
