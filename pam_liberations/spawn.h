/* Starts an agent that is not a child of the host. */
#ifndef PAM_LIBERATIONS_SPAWN_H
#define PAM_LIBERATIONS_SPAWN_H

#include <stdbool.h>

#include <liberations/client.h>

/* Starts the program `agent` with `--fd 3`, and `--config FILE` unless `config` is "", and connects the client to it. Returns 0
 * or an errno; the client is not connected after a failure. `quiet`: the log has just been told why no agent can serve.
 *
 * The host is not affected: no SIGCHLD, no child for its waitpid(-1), no changed mask, handler or descriptor. */
int lbr_spawn_agent(const char *agent, const char *config, bool quiet, struct lbr_client *client);

#endif
