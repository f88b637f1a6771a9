/* Finding the agents that a test started. */
#ifndef TESTS_PAM_AGENTS_H
#define TESTS_PAM_AGENTS_H

#include <sys/types.h>

/* The processes called liberations-agent whose command line names this configuration file; at most `max`. */
int agents_of(const char *config, pid_t *pids, int max);

#endif
