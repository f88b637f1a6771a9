/* The resident listener: holds no secret, starts one agent per connection.
 *
 * It owns two sockets at most, one for each scope, and a table of the agents that run. It neither reads nor writes on a
 * connection: the agent that it starts for it is a fresh process image, which opens what it needs itself.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arguments.h"

#define LBR_INHERITED_FIRST 3 /* sd_listen_fds(3) */

/* Sockets that a supervisor made and handed over. */
struct lbr_inherited {
	int  count;     /* 0: none */
	char names[64]; /* "agent:verify" */
};

struct lbr_sockets {
	int  fds[LBR_SCOPES]; /* -1: not served */
	bool activated;        /* the supervisor keeps them while we are away */
};

#define LBR_AGENTS_MAX 256
#define LBR_AGENTS_RESERVED 32 /* of them for root and the store's owner alone */
#define LBR_AGENTS_PER_UID 32
#define LBR_AGENTS_PER_VERIFIER 128 /* of one uid, over the verifiers' socket */

/* A log line that a flood cannot multiply. */
struct lbr_bounded {
	int64_t       next_ms;
	unsigned long held; /* how many were not written */
};

/* An entry is held while its agent runs, and for a second after it began: so the bounds above are also how many agents an
 * ordinary uid has started in a second, however fast they end. */
struct lbr_agent_entry {
	pid_t          pid; /* 0: none runs */
	uid_t          uid;
	enum lbr_scope scope;
	int64_t        until_ms;
};

struct lbr_agents {
	struct lbr_agent_entry   entries[LBR_AGENTS_MAX];
	unsigned           count; /* that run */
	const char        *config;
	char               program[LBR_PATH_MAX];
	struct lbr_bounded refused, failed, died;
};

/* Reads the environment, so it comes before that is emptied. */
void lbr_inherited_read(struct lbr_inherited *inherited);

/* listen.c: all of it; returns the exit status. */
int lbr_listen(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited);

/* listen_sockets.c: takes over what was inherited, else makes them, with the rights that the process has now.
 * LBR_ERR_SYNTAX: inherited what it does not know. LBR_ERR_UNSAFE: the directory. LBR_ERR_BUSY: another listener is there.
 * LBR_ERR_SYSTEM. The process ends after any of them. */
enum lbr_error lbr_sockets_open(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited,
                                struct lbr_sockets *sockets, struct lbr_reason *reason);

/* listen_make.c: one socket at `path`; `gid` (gid_t)-1: the process's own. Errors as above. */
enum lbr_error lbr_socket_make(const char *path, mode_t mode, gid_t gid, int *ret_fd, struct lbr_reason *reason);

/* listen_agents.c */
void lbr_agents_begin(struct lbr_agents *agents, const char *config);

/* Starts an agent for a connection from `uid`, unless there are too many. The caller closes `fd` in every case. */
void lbr_agents_start(struct lbr_agents *agents, int fd, enum lbr_scope scope);

/* Takes note of those that ended. */
void lbr_agents_reap(struct lbr_agents *agents);

#endif
