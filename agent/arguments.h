/* The agent's command line. */
#ifndef AGENT_ARGUMENTS_H
#define AGENT_ARGUMENTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "session.h"

#define LBR_EXIT_HELD_BACK 79 /* no fault, but lines about this peer were not logged (sysexits.h ends at 78) */
#define LBR_IDLE_S 300 /* a socket-activated listener exits after this long without work */

struct lbr_agent_arguments {
	bool           listen;        /* run the listener, else one dialogue on `fd` */
	bool           spare;         /* `fd` is the listener's control socket; the connection comes over it */
	int            fd;            /* a connected stream socket, 3 or above */
	bool           of_listener;   /* the listener started this agent, and has said what concerns them all */
	enum lbr_scope scope;         /* of the socket to which the peer connected */
	uid_t          starter;       /* the real uid of the person who ran the service that starts this agent */
	unsigned       idle_s;
	const char    *config;
	const char    *agent_socket;  /* where the listener creates its sockets, unless it inherits them */
	const char    *verify_socket;
};

/* Reads the command line. Returns false if it is not valid; `arguments` must then not be used. */
bool lbr_agent_arguments_read(int argc, char **argv, struct lbr_agent_arguments *arguments);

/* Returns the word for a scope after --peer. */
const char *lbr_scope_name(enum lbr_scope scope);

#endif
