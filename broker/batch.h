/* Questions that come at the same moment, asked as one: what a question costs the server is mostly the same for one and for many.
 *
 * A question that finds none of its kind under way is asked at once, by itself. Others wait for that one to end, but not for long:
 * one that hangs keeps no other. The first of them then leads: it takes along all that wait.
 */
#ifndef BROKER_BATCH_H
#define BROKER_BATCH_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#define LBR_BATCH_MAX 32  /* questions; the database takes 64 */
#define LBR_BATCHES_MAX 1 /* of a kind, before others wait: two are smaller, and slower */

enum lbr_member_state {
	LBR_MEMBER_WAITS,
	LBR_MEMBER_LEADS, /* its own thread asks, for it and others */
	LBR_MEMBER_TAKEN  /* another thread asks for it */
};

/* One question, while it waits: its thread's own. */
struct lbr_member {
	enum lbr_member_state state; /* the queue's mutex */
	sem_t                 over;  /* posted once for each question that waited: it leads, or another one has asked for it */
	const char           *name;  /* of the account */
	void                 *whose; /* the caller's */
	struct lbr_member    *next;
};

struct lbr_batch {
	unsigned           count;
	struct lbr_member *list[LBR_BATCH_MAX]; /* the first one is the leader's own */
};

struct lbr_queue {
	pthread_mutex_t    mutex;
	struct lbr_member *first;
	unsigned           under_way;
	bool               one_a_name; /* no two of the same account in a batch */
	int                wait_ms;
};

/* Makes an empty one, where a question waits at most `wait_ms` for another one to end. */
void lbr_queue_begin(struct lbr_queue *queue, bool one_a_name, int wait_ms);

/* Before a thread's first question, and after its last one. */
void lbr_member_begin(struct lbr_member *own);
void lbr_member_end(struct lbr_member *own);

/* Waits for the turn of a question. Returns true where its own thread is to ask, for all of `batch`, and then calls
 * lbr_queue_leave; false: another thread has asked for it. */
bool lbr_queue_enter(struct lbr_queue *queue, struct lbr_member *own, const char *name, struct lbr_batch *batch);

/* Ends a batch: wakes those that were taken along, and the next leader. */
void lbr_queue_leave(struct lbr_queue *queue, const struct lbr_batch *batch);

#endif
