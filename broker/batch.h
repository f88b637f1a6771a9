/* Questions that come at the same moment, asked as one: what a question costs the server is mostly the same for one and for many.
 *
 * A question that finds few of its kind under way is asked at once, by itself. One that finds more waits for one of those to end, but
 * not for long: one that hangs keeps no other. The one that asks then leads: it takes along all that wait.
 */
#ifndef BROKER_BATCH_H
#define BROKER_BATCH_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#define LBR_BATCH_MAX 32    /* questions; the database takes 64 */
#define LBR_BATCHES_MAX 1   /* of a kind, before others wait */

enum lbr_turn {
	LBR_TURN_WAITS,
	LBR_TURN_LEADS, /* asks, for itself and others */
	LBR_TURN_TAKEN  /* along by another one */
};

/* One question, while it waits: its thread's own. */
struct lbr_waiting {
	enum lbr_turn       turn;  /* the queue's mutex */
	sem_t               over;  /* posted once for each question that waited: it leads, or was asked by another one */
	const char         *name;  /* of the account */
	void               *whose; /* for who leads */
	struct lbr_waiting *next;
};

struct lbr_batch {
	unsigned            count;
	struct lbr_waiting *list[LBR_BATCH_MAX]; /* the first one is the leader's own */
};

struct lbr_queue {
	pthread_mutex_t     mutex;
	struct lbr_waiting *first;
	unsigned            under_way;
	bool                one_a_name; /* no two of the same account in a batch */
	int                 wait_ms;
};

/* Makes an empty one, where a question waits at most `wait_ms` for another one to end. */
void lbr_queue_begin(struct lbr_queue *queue, bool one_a_name, int wait_ms);

/* Makes room for a thread's questions, and frees it. */
void lbr_waiting_begin(struct lbr_waiting *own);
void lbr_waiting_end(struct lbr_waiting *own);

/* Waits for the turn of a question. Returns true where its own thread asks, for all of `batch`, and then calls lbr_queue_leave; false:
 * another thread has asked for it. */
bool lbr_queue_enter(struct lbr_queue *queue, struct lbr_waiting *own, const char *name, struct lbr_batch *batch);

/* Ends a batch: wakes those that were taken along, and the next leader. */
void lbr_queue_leave(struct lbr_queue *queue, const struct lbr_batch *batch);

#endif
