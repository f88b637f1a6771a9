/* What the agent was told on its command line. */
#ifndef AGENT_ARGUMENTS_H
#define AGENT_ARGUMENTS_H

#include <stdbool.h>

#include "session.h"

#define LBR_IDLE_S 300 /* a listener that was started by its sockets leaves after that long without work */

struct lbr_agent_arguments {
	bool           listen;        /* the listener, else one dialogue on `fd` */
	int            fd;            /* a connected stream socket, 3 or above */
	enum lbr_scope scope;         /* by which socket the peer came */
	unsigned       idle_s;
	const char    *config;
	const char    *agent_socket;  /* where the listener makes its sockets, unless it was handed them */
	const char    *verify_socket;
};

/* False: not a command line of ours; nothing in `arguments` must be used. */
bool lbr_agent_arguments_read(int argc, char **argv, struct lbr_agent_arguments *arguments);

#endif
