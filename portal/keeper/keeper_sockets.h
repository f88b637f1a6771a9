/* The keeper's listening sockets: the ones that a supervisor hands over, else its own. */
#ifndef PORTAL_KEEPER_SOCKETS_H
#define PORTAL_KEEPER_SOCKETS_H

#include <stdbool.h>

#include <liberations/error.h>

#include "portal_settings.h"

#define LBR_WEB_GROUP "liberations-web"

/* Takes over what LISTEN_FDS and LISTEN_FDNAMES describe (sd_listen_fds(3)): one socket named "pages" and one named "gate", each
 * on a Unix socket or a loopback address. Else makes Unix sockets where `settings` says, for the group of web servers. Call it
 * before root's rights go. Both are then non-blocking and closed on exec; `*ret_own`
 * says that they were made here. LBR_ERR_SYNTAX, _UNSAFE, _BUSY, _SYSTEM: exit. */
enum lbr_error lbr_keeper_sockets_open(const struct lbr_portal_settings *settings, int *ret_pages, int *ret_gate,
                                       bool *ret_own, struct lbr_reason *reason);

#endif
