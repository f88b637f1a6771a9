/* Listening sockets that a supervisor hands over, as sd_listen_fds(3) describes. */
#ifndef LIBERATIONS_HANDED_SOCKETS_H
#define LIBERATIONS_HANDED_SOCKETS_H

#include <liberations/error.h>

/* Returns how many were handed to this very process, from descriptor 3 on: 0 to `most`; `most` + 1 if there are more, or if `count`
 * is no number. `pid` and `count` are LISTEN_PID and LISTEN_FDS of the environment; NULL: not set. */
int lbr_handed_count(const char *pid, const char *count, int most);

/* Makes one of them non-blocking, and closed on exec. LBR_ERR_SYSTEM. */
enum lbr_error lbr_handed_take(int fd, struct lbr_reason *reason);

#endif
