/* A fresh agent on one connection, for everybody who may have children. The module may not: its host would notice, so it
 * clones one by itself. */
#ifndef LIBERATIONS_AGENT_START_H
#define LIBERATIONS_AGENT_START_H

#include <sys/types.h>

#define LBR_AGENT_FD 3 /* where the agent finds its socket */

/* Starts `program` with posix_spawn(3): its standard descriptors are /dev/null, descriptor 3 is `socket`, which stays the
 * caller's too; no environment, a session of its own, every signal at its default and none blocked. `argv` is closed by NULL.
 * Returns 0, or the errno that says why nothing runs, a failed exec included; `*ret` is then as before. */
int lbr_agent_start(const char *program, const char *const argv[], int socket, pid_t *ret);

#endif
