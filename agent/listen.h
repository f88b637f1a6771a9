/* The resident listener: holds no secrets and starts one agent per connection.
 *
 * It owns at most two sockets, one for each scope, and a table of the running agents. It neither reads nor writes on a
 * connection: the agent that it starts for one is a fresh process image, which opens what it needs itself.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arguments.h"

#define LBR_INHERITED_FIRST 3 /* sd_listen_fds(3) */

/* Sockets inherited from a supervisor. */
struct lbr_inherited {
	int  count;     /* 0: none */
	char names[64]; /* "agent:verify" */
};

struct lbr_sockets {
	int  fds[LBR_SCOPES]; /* -1: none */
	bool activated;        /* the supervisor keeps them open while the listener does not run */
};

#define LBR_AGENTS_MAX 256
#define LBR_AGENTS_RESERVED 32 /* of those, only for root and the store's owner */
#define LBR_AGENTS_PER_UID 32
#define LBR_AGENTS_PER_VERIFIER 128 /* per uid, over the verifiers' socket */

/* A rate-limited log line. */
struct lbr_bounded {
	int64_t       next_ms;
	unsigned long held; /* lines suppressed */
};

/* An entry is held while its agent runs, and for at least a second after its start. So the bounds above also limit how many agents
 * an ordinary uid can start per second, however fast they end. */
struct lbr_agent_entry {
	pid_t          pid; /* 0: not running */
	uid_t          uid;
	enum lbr_scope scope;
	int64_t        until_ms;
};

struct lbr_agents {
	struct lbr_agent_entry   entries[LBR_AGENTS_MAX];
	unsigned           count; /* of running agents */
	const char        *config;
	char               program[LBR_PATH_MAX];
	struct lbr_bounded refused, failed, died;
};

/* Reads the inherited sockets from the environment; call it before the environment is emptied. */
void lbr_inherited_read(struct lbr_inherited *inherited);

/* listen.c: runs the listener; returns the exit status. */
int lbr_listen(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited);

/* listen_sockets.c: takes the inherited sockets, else creates them with the current privileges.
 * LBR_ERR_SYNTAX: unexpected inherited sockets. LBR_ERR_UNSAFE: the directory. LBR_ERR_BUSY: another listener is running.
 * LBR_ERR_SYSTEM. The process exits after any error. */
enum lbr_error lbr_sockets_open(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited,
                                struct lbr_sockets *sockets, struct lbr_reason *reason);

/* listen_make.c: creates one socket at `path`; `gid` (gid_t)-1: the process's own. Errors as above. */
enum lbr_error lbr_socket_make(const char *path, mode_t mode, gid_t gid, int *ret_fd, struct lbr_reason *reason);

/* listen_agents.c: sets up an empty table. */
void lbr_agents_begin(struct lbr_agents *agents, const char *config);

/* Starts an agent for the connection `fd`, unless too many are running. The caller closes `fd` in every case. */
void lbr_agents_start(struct lbr_agents *agents, int fd, enum lbr_scope scope);

/* Collects the agents that have exited. */
void lbr_agents_reap(struct lbr_agents *agents);

#endif
