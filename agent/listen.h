/* The resident listener: holds no secrets and starts one agent per connection.
 *
 * It owns at most two sockets, one for each scope, and a table of places. It writes nothing on a connection and takes nothing from
 * it; of root's modules it looks at the hello, to learn who called them. The agent that it starts is a fresh process image, which
 * opens what it needs itself.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arguments.h"
#include "spare.h"

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

#define LBR_PLACES 912

/* A rate-limited log line. */
struct lbr_bounded {
	int64_t       next_ms;
	unsigned long held; /* lines suppressed */
};

/* Each class of callers has places of its own, and takes nobody else's. */
enum lbr_pool {
	LBR_POOL_ROOT = 0,  /* root, and the store's owner */
	LBR_POOL_VERIFIERS, /* other peers of the verifiers' socket */
	LBR_POOL_OWNERS,    /* everybody else: people, and root's modules that people started, such as su */
	LBR_POOLS
};

/* Who wants an agent. */
struct lbr_caller {
	uid_t          uid; /* the person: the one that root's module tells, else the peer's */
	pid_t          pid;
	enum lbr_scope scope;
	enum lbr_pool  pool;
};

/* A place is held while its agent runs; an owner's for at least a second after its start, so that the bounds also limit how many
 * agents a person can start per second, however fast they end. */
struct lbr_seat {
	pid_t   pid; /* 0: no agent runs */
	uid_t   uid;
	int64_t since_ms, until_ms;
};

struct lbr_seats {
	struct lbr_seat at[LBR_PLACES];
};

/* Who holds how much of a pool. Uids above 65,535 count by their block of 65,536: a person is given subordinate ones by the
 * block. */
struct lbr_holders {
	const char *pool;
	unsigned    places, held;
	uid_t       most_first, most_last; /* who holds most */
	unsigned    most;
};

#define LBR_LOUD_GROUPS 64

/* How many agents were started for uids that share this entry, within a period: the first of them log each refusal. */
struct lbr_loud {
	int64_t  until_ms;
	unsigned agents;
};

struct lbr_agents {
	struct lbr_seats  places;
	const char        *config;
	char               program[LBR_PATH_MAX];
	struct lbr_spare   spare; /* has no place */
	struct lbr_loud    loud[LBR_LOUD_GROUPS];
	struct lbr_bounded refused[LBR_POOLS], held_back, failed, died;
};

#define LBR_CALLERS_MAX 64

/* Root's modules that have not yet said who called them. */
struct lbr_callers {
	struct lbr_waiting {
		int               fd; /* -1: free */
		struct lbr_caller caller;
		int64_t           until_ms;
	} list[LBR_CALLERS_MAX];
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

/* listen_agents.c: sets up an empty table. */
void lbr_agents_begin(struct lbr_agents *agents, const char *config);

/* Starts an agent for the connection `fd`, unless too many are running. The caller closes `fd` in every case. */
void lbr_agents_start(struct lbr_agents *agents, int fd, const struct lbr_caller *caller);

/* Returns true if an agent is at work. */
bool lbr_agents_any(const struct lbr_agents *agents);

/* Collects the agents that have exited. */
void lbr_agents_reap(struct lbr_agents *agents);

/* listen_places.c: returns a place for this caller, or NULL: it holds its share, or everybody's is taken. If an agent runs in the
 * place, it has proven nothing yet, and the caller ends it. */
struct lbr_seat *lbr_place_find(struct lbr_seats *places, const struct lbr_caller *caller, int64_t now_ms);

/* Gives it to the agent `pid` of this caller. */
void lbr_place_take(struct lbr_seat *place, const struct lbr_caller *caller, pid_t pid, int64_t now_ms);

/* Tells for the log who holds the caller's pool. */
void lbr_place_holders(const struct lbr_seats *places, enum lbr_pool pool, int64_t now_ms, struct lbr_holders *ret);

/* Returns the uid that stands for this one where holders are counted: itself, or the first of its block. */
uid_t lbr_place_group(uid_t uid);

/* listen_callers.c: sets up an empty list. */
void lbr_callers_begin(struct lbr_callers *callers);

/* Takes over the connection `fd`: starts an agent for it now, or as soon as root's module has said who called it. */
void lbr_callers_take(struct lbr_callers *callers, struct lbr_agents *agents, int fd, enum lbr_scope scope);

/* Starts agents for those of the list that have spoken, and drops those that waited too long. */
void lbr_callers_serve(struct lbr_callers *callers, struct lbr_agents *agents);

/* Returns how many milliseconds to wait for the next one to drop; -1: nobody is waiting. */
int lbr_callers_wait_ms(const struct lbr_callers *callers);

/* The listener's end: it serves the connections that have come in first, for five seconds at most. */
struct lbr_end {
	bool    begun;
	bool    takes[LBR_SCOPES]; /* connections may wait in the queue, which ends with this process */
	int64_t until_ms, again_ms;
};

/* listen_end.c: a signal says that the listener shall end. The first one closes its own sockets to new clients; another one, half
 * a second later or more, ends it at once. */
void lbr_end_tell(struct lbr_end *end, const struct lbr_sockets *sockets);

/* True: it shall end, and nobody waits any more or the time is over, which is logged. */
bool lbr_end_is_over(const struct lbr_end *end, const struct lbr_callers *callers);

/* Returns how many of `wait_ms` milliseconds to wait; -1 is without end. */
int lbr_end_wait_ms(const struct lbr_end *end, int wait_ms);

#endif
