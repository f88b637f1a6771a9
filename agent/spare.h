/* One agent that the listener keeps ready, so that a connection need not wait until a process has started.
 *
 * It is a fresh process image like any other, and has only emptied and hardened itself: it has read no configuration and no key,
 * opened nothing, and still holds the rights of its starter. The connection reaches it over a socket that the two alone hold;
 * from there on it is an agent like any other, for this one connection. If the listener ends, so does the spare.
 */
#ifndef AGENT_SPARE_H
#define AGENT_SPARE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "arguments.h"

struct lbr_spare {
	pid_t       pid;     /* 0: none */
	int         control; /* the listener's end, if there is one */
	struct stat program; /* from which it was started */
};

/* In the spare: waits for a connection, which takes the place of the control socket `arguments->fd`, and for its scope.
 * False: none comes any more. */
bool lbr_spare_wait(struct lbr_agent_arguments *arguments);

/* Starts a spare unless there is one. A failure leaves none; the next connection starts its own agent. */
void lbr_spare_keep(struct lbr_spare *spare, const char *program, const char *config);

/* Hands the connection `fd` over; the spare is then the agent `*ret_pid`, and there is none any more. False: there was none, or
 * the program is no longer the one from which it was started. */
bool lbr_spare_give(struct lbr_spare *spare, const char *program, int fd, enum lbr_scope scope, pid_t *ret_pid);

/* The listener ends: so does the spare, also one that is stopped and hears nothing of it. */
void lbr_spare_end(struct lbr_spare *spare);

/* The process `pid` has ended. True: it was the spare. */
bool lbr_spare_ended(struct lbr_spare *spare, pid_t pid);

#endif
