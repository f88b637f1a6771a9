/* The connections of a host, and who may use one. A thread of its own keeps them up; each client's thread takes one for a question.
 *
 * After three faults in a row everybody hears "unreachable" at once, until a greeting succeeds again: waiting for a database that
 * is away helps no one, and each commit that hangs keeps a connection at the server.
 */
#ifndef BROKER_DB_POOL_H
#define BROKER_DB_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "db_link.h"
#include "outage.h"

#define LBR_FAULTS_MAX 3
#define LBR_KEYS_TEXT_MAX 256

struct lbr_db_pool {
	const struct lbr_store_settings *settings;
	struct lbr_marks                 marks;
	bool                             admin;   /* for root's own questions alone */
	bool                             tended;
	pthread_mutex_t                  mutex;   /* of all that follows */
	pthread_cond_t                   freed;   /* a link came up or was given back: wakes one that waits for it, or all */
	pthread_cond_t                   changed; /* the tender has tried to bring a link up */
	pthread_cond_t                   wanted;  /* a link went down */
	struct lbr_queue                 loads, commits; /* these have a mutex of their own */
	struct lbr_db_link               links[LBR_LINKS_MAX];
	bool                             taken[LBR_LINKS_MAX];
	int64_t                          greeted_ms[LBR_LINKS_MAX];
	bool                             missing[LBR_LINKS_MAX]; /* the last try to bring it up failed */
	struct lbr_outage                outage;
	unsigned                         turn;    /* which link the tender looks at first */
	unsigned                         first;   /* the tender's: which server of the list it asks first */
	unsigned                         serving; /* which one was greeted last; LBR_SERVERS_MAX: none was */
	uint32_t                         passed;  /* those of which the log says that they are passed over, a bit each */
	unsigned                         count, faults;
	struct lbr_trouble               trouble; /* the last one */
	_Atomic int64_t                  full_ms; /* when the log last said that a change found no room; 0: never */
	struct lbr_realm                 realm;   /* of the last greeting */
	bool                             has_realm;
	char                             keys[LBR_KEYS_TEXT_MAX]; /* and the digest of this host's rules, as store_wire.h has it */
};

/* Prepares the pool. LBR_ERR_SYSTEM, _UNSAFE: the marks. */
enum lbr_error lbr_db_pool_begin(struct lbr_db_pool *pool, const struct lbr_store_settings *settings, bool admin,
                                 struct lbr_reason *reason);

/* db_pool_tend.c: begins to keep the connections up, for ever, in a thread of its own; once begun, it only returns true. Call it
 * from one thread. False: the thread could not be started. */
bool lbr_db_pool_tend_begin(struct lbr_db_pool *pool);

/* Takes a link that is up, waiting until `until_ms` while one may still come. NULL: `trouble` says why. */
struct lbr_db_link *lbr_db_pool_take(struct lbr_db_pool *pool, int64_t until_ms, struct lbr_trouble *trouble);

/* Gives it back, with what became of its last question. */
void lbr_db_pool_give(struct lbr_db_pool *pool, struct lbr_db_link *link, enum lbr_fate fate);

/* Needs the mutex. Drops what is free and at another server than the last greeting, or was greeted before that one was promoted: a
 * deposed primary answers, and knows nothing of what happened since. Those that are taken follow when they are given back. */
void lbr_db_pool_leave_behind(struct lbr_db_pool *pool);

/* Needs the mutex. Wakes all that wait, for a link or for the first greeting. */
void lbr_db_pool_wake_all(struct lbr_db_pool *pool);

/* What a client says of the seal key, for the next greetings. */
void lbr_db_pool_note_keys(struct lbr_db_pool *pool, const char *keys);

/* Whether both name the same keys, whatever the rules. */
bool lbr_keys_are_equal(const char *one, const char *other);

/* Copies the realm of the last greeting, waiting for the first one as lbr_db_pool_take does. */
bool lbr_db_pool_realm(struct lbr_db_pool *pool, int64_t until_ms, struct lbr_realm *ret, struct lbr_trouble *trouble);

#endif
