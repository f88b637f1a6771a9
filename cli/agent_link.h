/* A connection to an agent: the listener's, or one that this command starts for itself. */
#ifndef CLI_AGENT_LINK_H
#define CLI_AGENT_LINK_H

#include <sys/types.h>

#include "cli.h"

struct agent_link {
	int   fd;    /* -1: none */
	pid_t child; /* the agent that was started; 0: the listener's */
};

/* By --socket or --agent, else by who runs this: root and the store's owner start an agent with the configuration that this
 * command has, a person asks the listener. CLI_FAULT after one line on standard error. */
enum cli_status cli_agent_open(const struct cli *cli, struct agent_link *link);

/* Closes, and waits for the agent to end: it may have work left. */
void cli_agent_close(struct agent_link *link);

#endif
