/* The socket that this host's programs ask at. */
#ifndef BROKER_SOCKET_H
#define BROKER_SOCKET_H

#include <liberations/become.h>

#include "store_settings.h"

/* Makes it, for `agent` alone besides root: for the group of that account, also where store.conf gives its number. A number without
 * an account in /etc/passwd has no group, so the socket is its own. Who may not give it away keeps it. Errors as
 * lbr_socket_make. */
enum lbr_error lbr_broker_socket_make(const struct lbr_store_settings *settings, const struct lbr_owner *agent, int *ret,
                                      struct lbr_reason *reason);

#endif
