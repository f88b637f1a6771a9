#include "ahead.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <liberations/password.h>
#include <liberations/processors.h>

#define AHEAD_MAX 64
#define SLOTS (2 * AHEAD_MAX)

struct slot {
	struct temporary temporary;
	enum lbr_error   error;
};

struct ahead {
	pthread_mutex_t mutex;
	pthread_cond_t  drawn, taken;
	struct slot     slots[SLOTS];
	size_t          first, filled;  /* those in use, in a ring */
	size_t          begun, count;   /* of all that are wanted */
	size_t          at_work;        /* threads with one that is not in its slot yet */
	bool            over;
	unsigned        cost, threads;
	pthread_t       thread[AHEAD_MAX];
};

/* Waits for room; false: there is nothing more to draw. The mutex is held before and after. */
static bool wait_for_work(struct ahead *ahead)
{
	while (!ahead->over && ahead->begun < ahead->count && ahead->filled + ahead->at_work >= SLOTS)
		pthread_cond_wait(&ahead->taken, &ahead->mutex);
	return !ahead->over && ahead->begun < ahead->count;
}

static void put(struct ahead *ahead, const struct slot *slot)
{
	ahead->slots[(ahead->first + ahead->filled++) % SLOTS] = *slot;
	pthread_cond_signal(&ahead->drawn);
}

static void *draw_some(void *context)
{
	struct ahead *ahead = context;
	struct slot slot = { .error = LBR_OK };

	lbr_hashes_begin(ahead->cost);
	pthread_mutex_lock(&ahead->mutex);
	while (wait_for_work(ahead)) {
		ahead->begun++;
		ahead->at_work++;
		pthread_mutex_unlock(&ahead->mutex);
		slot.error = cli_temporary_draw(ahead->cost, 0, &slot.temporary);
		pthread_mutex_lock(&ahead->mutex);
		ahead->at_work--;
		put(ahead, &slot);
	}
	pthread_mutex_unlock(&ahead->mutex);
	lbr_hashes_end();
	lbr_wipe(&slot, sizeof(slot));
	return NULL;
}

struct ahead *cli_ahead_begin(unsigned hash_cost, size_t count)
{
	struct ahead *ahead = calloc(1, sizeof(*ahead));
	unsigned most = lbr_processors();

	if (ahead == NULL)
		return NULL;
	ahead->cost = hash_cost;
	ahead->count = count;
	pthread_mutex_init(&ahead->mutex, NULL);
	pthread_cond_init(&ahead->drawn, NULL);
	pthread_cond_init(&ahead->taken, NULL);
	/* For one person a thread is no gain. */
	while (count > 1 && ahead->threads < most && ahead->threads < count && ahead->threads < AHEAD_MAX &&
	       pthread_create(&ahead->thread[ahead->threads], NULL, draw_some, ahead) == 0)
		ahead->threads++;
	return ahead;
}

enum lbr_error cli_ahead_take(struct ahead *ahead, unsigned life_s, struct temporary *ret)
{
	struct slot *slot;
	enum lbr_error error;

	if (ahead == NULL)
		return LBR_ERR_MEMORY;
	if (ahead->threads == 0)
		return cli_temporary_draw(ahead->cost, life_s, ret);
	pthread_mutex_lock(&ahead->mutex);
	while (ahead->filled == 0)
		pthread_cond_wait(&ahead->drawn, &ahead->mutex);
	slot = &ahead->slots[ahead->first];
	*ret = slot->temporary;
	error = slot->error;
	lbr_wipe(slot, sizeof(*slot));
	ahead->first = (ahead->first + 1) % SLOTS;
	ahead->filled--;
	pthread_cond_signal(&ahead->taken);
	pthread_mutex_unlock(&ahead->mutex);
	cli_temporary_date(ret, life_s);
	return error;
}

void cli_ahead_end(struct ahead *ahead)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->mutex);
	ahead->over = true;
	pthread_cond_broadcast(&ahead->taken);
	pthread_mutex_unlock(&ahead->mutex);
	while (ahead->threads > 0)
		pthread_join(ahead->thread[--ahead->threads], NULL);
	pthread_mutex_destroy(&ahead->mutex);
	pthread_cond_destroy(&ahead->drawn);
	pthread_cond_destroy(&ahead->taken);
	lbr_wipe(ahead, sizeof(*ahead));
	free(ahead);
}
