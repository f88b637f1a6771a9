/* Starts an agent that is nobody's child. */
#ifndef PAM_LIBERATIONS_SPAWN_H
#define PAM_LIBERATIONS_SPAWN_H

/* Starts the program `agent` with `--fd 3`, and `--config FILE` unless `config` is "". Returns our end of its socket, the
 * caller's to close; -1: `*ret_errno` says why.
 *
 * The host notices nothing: no SIGCHLD, no child for its waitpid(-1), no changed mask, handler or descriptor. */
int lbr_spawn_agent(const char *agent, const char *config, int *ret_errno);

#endif
