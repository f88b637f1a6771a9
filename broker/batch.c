/* Who asks, and for whom. Read batch.h first. */
#include "batch.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

void lbr_queue_begin(struct lbr_queue *queue, bool one_a_name, int wait_ms)
{
	*queue = (struct lbr_queue){.one_a_name = one_a_name, .wait_ms = wait_ms};
	pthread_mutex_init(&queue->mutex, NULL);
}

void lbr_member_begin(struct lbr_member *own)
{
	(void)sem_init(&own->over, 0, 0);
}

void lbr_member_end(struct lbr_member *own)
{
	(void)sem_destroy(&own->over);
}

/* Needs the mutex. */
static void append(struct lbr_queue *queue, struct lbr_member *own)
{
	struct lbr_member **at;

	for (at = &queue->first; *at != NULL; at = &(*at)->next)
		;
	*at = own;
}

/* Needs the mutex. */
static void take_out(struct lbr_queue *queue, struct lbr_member *own)
{
	struct lbr_member **at;

	for (at = &queue->first; *at != own; at = &(*at)->next)
		;
	*at = own->next;
	own->next = NULL;
}

static bool fits(const struct lbr_queue *queue, const struct lbr_batch *batch, const struct lbr_member *one)
{
	unsigned at;

	if (batch->count == LBR_BATCH_MAX)
		return false;
	for (at = 0; queue->one_a_name && at < batch->count; at++)
		if (strcmp(batch->list[at]->name, one->name) == 0)
			return false;
	return true;
}

/* Needs the mutex. */
static void gather(struct lbr_queue *queue, struct lbr_member *own, struct lbr_batch *batch)
{
	struct lbr_member *one, *next;

	batch->count = 1;
	batch->list[0] = own;
	for (one = queue->first; one != NULL; one = next) {
		next = one->next;
		if (!fits(queue, batch, one))
			continue;
		take_out(queue, one);
		one->state = LBR_MEMBER_TAKEN;
		batch->list[batch->count++] = one;
	}
}

static bool wait_for(sem_t *over, int timeout_ms)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (sem_timedwait(over, &until) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

/* Waits until another thread has asked for it or lets it lead, or until it has waited long enough. */
static void wait_in(struct lbr_queue *queue, struct lbr_member *own)
{
	enum lbr_member_state state;

	if (wait_for(&own->over, queue->wait_ms))
		return;
	pthread_mutex_lock(&queue->mutex);
	state = own->state;
	if (state == LBR_MEMBER_WAITS) {
		take_out(queue, own);
		own->state = LBR_MEMBER_LEADS;
		queue->under_way++;
	}
	pthread_mutex_unlock(&queue->mutex);
	while (state != LBR_MEMBER_WAITS && sem_wait(&own->over) != 0)
		;
}

bool lbr_queue_enter(struct lbr_queue *queue, struct lbr_member *own, const char *name, struct lbr_batch *batch)
{
	bool waits;

	own->name = name;
	own->next = NULL;
	pthread_mutex_lock(&queue->mutex);
	waits = queue->under_way >= LBR_BATCHES_MAX;
	own->state = waits ? LBR_MEMBER_WAITS : LBR_MEMBER_LEADS;
	if (waits) {
		append(queue, own);
	} else {
		queue->under_way++;
		gather(queue, own, batch);
	}
	pthread_mutex_unlock(&queue->mutex);
	if (!waits)
		return true;
	wait_in(queue, own);
	if (own->state == LBR_MEMBER_TAKEN)
		return false;
	pthread_mutex_lock(&queue->mutex);
	gather(queue, own, batch);
	pthread_mutex_unlock(&queue->mutex);
	return true;
}

void lbr_queue_leave(struct lbr_queue *queue, const struct lbr_batch *batch)
{
	struct lbr_member *next = NULL;
	unsigned at;

	pthread_mutex_lock(&queue->mutex);
	if (--queue->under_way < LBR_BATCHES_MAX)
		next = queue->first;
	if (next != NULL) {
		take_out(queue, next);
		next->state = LBR_MEMBER_LEADS;
		queue->under_way++;
	}
	pthread_mutex_unlock(&queue->mutex);
	if (next != NULL)
		(void)sem_post(&next->over);
	for (at = 1; at < batch->count; at++)
		(void)sem_post(&batch->list[at]->over);
}
