/* Starts a fresh agent on one connection, for programs that may have children. The module may not, as its host would notice: it
 * clones its own. */
#ifndef LIBERATIONS_AGENT_START_H
#define LIBERATIONS_AGENT_START_H

#include <sys/types.h>

#define LBR_AGENT_FD 3 /* where the agent finds its socket */

/* Starts `program` with posix_spawn(3): its standard descriptors are /dev/null and descriptor 3 is `socket`; it has no
 * environment, a session of its own, and every signal at its default and unblocked. The caller keeps its own `socket`. `argv` ends
 * with NULL. Returns 0, or the errno of the failure, a failed exec included; `*ret` is then unchanged. */
int lbr_agent_start(const char *program, const char *const argv[], int socket, pid_t *ret);

#endif
