/* What one host does with a person's accounts, by the library, over its broker. */
#ifndef TESTS_HOSTS_H
#define TESTS_HOSTS_H

#include "history.h"

#define FLOORS_MAX 4

/* A process that works at one host: it has the agents' broker there, and one of root's own. */
struct worker {
	unsigned                   number;
	unsigned                   config;     /* number of the settings of root's broker */
	const char                *place;      /* the directory of the run */
	unsigned                   host;
	const char                *program;    /* liberations-store */
	const struct lbr_settings *settings;
	struct lbr_keyring        *keyring;
	struct lbr_store          *agents, *desk;
	int64_t                    floors[FLOORS_MAX]; /* that this worker was told of in this round; 0: no more */
};

/* The clock of every host in this process runs ahead by so much. */
extern int64_t host_skew_s;

int64_t monotonic_ns(void);

/* Opens both. False: the reason is on stderr. */
bool worker_open(struct worker *worker);
void worker_close(struct worker *worker);

/* Does the op of that person and writes down what became of it. */
void worker_do(struct worker *worker, const struct history *person, struct op *op);

/* What is stored under a name. `op->found` is there to be filled. */
void worker_read(struct worker *worker, const struct history *person, struct op *op);

#endif
