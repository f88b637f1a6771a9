/* Could a socket be made at a path? */
#ifndef PORTAL_CHECK_SOCKET_H
#define PORTAL_CHECK_SOCKET_H

#include <liberations/error.h>

/* Judges what lbr_socket_make would refuse at `path` for the user that the process has now, and touches nothing. A listening socket
 * is no fault: the portal may run, or a supervisor hands the sockets over. A missing directory is none if its own directory exists:
 * root makes it. LBR_ERR_SYNTAX, _RANGE, _UNSAFE, _SYSTEM. */
enum lbr_error lbr_check_socket(const char *path, struct lbr_reason *reason);

#endif
