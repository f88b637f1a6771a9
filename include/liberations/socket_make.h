/* A listening socket in the file system, for a program that no supervisor hands one to. */
#ifndef LIBERATIONS_SOCKET_MAKE_H
#define LIBERATIONS_SOCKET_MAKE_H

#include <sys/types.h>

#include <liberations/error.h>

/* Makes a Unix stream socket at `path` (absolute) that listens, non-blocking and closed on exec, with `mode` and the group `gid`
 * ((gid_t)-1: the process's own); if the process may not give it to that group, only its owner can connect. Root makes the last
 * directory of the path if it is missing. Only root and the process itself may be able to write there. A socket on which nothing
 * listens any more gives way. The current directory is "/" afterwards. `*ret_fd` is -1 on failure. LBR_ERR_SYNTAX, _RANGE: the
 * path. LBR_ERR_UNSAFE: the directory, or what is there. LBR_ERR_BUSY: another process listens there. LBR_ERR_SYSTEM. */
enum lbr_error lbr_socket_make(const char *path, mode_t mode, gid_t gid, int *ret_fd, struct lbr_reason *reason);

#endif
