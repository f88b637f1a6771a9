/* Taking connections and giving them back. Read db_pool.h first. */
#include "db_pool.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <liberations/monotonic.h>

#include "servers.h"

#define BATCH_WAIT_MS 5

enum lbr_error lbr_db_pool_begin(struct lbr_db_pool *pool, const struct lbr_store_settings *settings, bool admin,
                                 struct lbr_reason *reason)
{
	pthread_condattr_t attributes;
	enum lbr_error error;
	unsigned at;

	memset(pool, 0, sizeof(*pool));
	pool->settings = settings;
	pool->admin = admin;
	pool->count = admin ? 1 : settings->connections;
	pool->serving = LBR_SERVERS_MAX;
	for (at = 0; at < pool->count; at++)
		pool->links[at].number = at + 1;
	lbr_queue_begin(&pool->loads, false, BATCH_WAIT_MS);
	lbr_queue_begin(&pool->commits, true, BATCH_WAIT_MS);
	pthread_mutex_init(&pool->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->freed, &attributes);
	pthread_cond_init(&pool->changed, &attributes);
	pthread_cond_init(&pool->wanted, &attributes);
	pthread_condattr_destroy(&attributes);
	lbr_trouble_set(&pool->trouble, LBR_STORE_NO_SERVER, settings->servers);
	error = lbr_marks_open(settings->state, &pool->marks, reason);
	if (error == LBR_OK && admin) /* none of those that agents commit on, and none of another command's */
		pool->links[0].number = lbr_marks_take_number(&pool->marks);
	return error;
}

/* Needs the mutex. False: the time is over. */
static bool wait_until(struct lbr_db_pool *pool, pthread_cond_t *condition, int64_t until_ms)
{
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	return pthread_cond_timedwait(condition, &pool->mutex, &until) != ETIMEDOUT;
}

/* The one used last: a commit so follows its load on the same connection, and what has died while idle is not tried first. */
static struct lbr_db_link *find_free(struct lbr_db_pool *pool)
{
	struct lbr_db_link *best = NULL;
	unsigned at;

	for (at = 0; at < pool->count; at++)
		if (!pool->taken[at] && pool->links[at].pg != NULL && (best == NULL || pool->links[at].used_ms > best->used_ms))
			best = &pool->links[at];
	return best;
}

/* Needs the mutex. */
static bool are_all_up(const struct lbr_db_pool *pool)
{
	unsigned at;

	for (at = 0; at < pool->count; at++)
		if (!pool->taken[at] && pool->links[at].pg == NULL)
			return false;
	return true;
}

/* Whether it ended while it was idle: a server that was restarted has closed them all. */
static bool has_ended(struct lbr_db_link *link)
{
	struct pollfd socket = {.fd = PQsocket(link->pg), .events = POLLIN};

	while (poll(&socket, 1, 0) > 0)
		if (PQconsumeInput(link->pg) == 0)
			return true;
	return PQstatus(link->pg) != CONNECTION_OK;
}

/* Needs the mutex. Takes one that is free, waiting until `until_ms` while one may still come. */
static struct lbr_db_link *take_free(struct lbr_db_pool *pool, int64_t until_ms)
{
	struct lbr_db_link *found = find_free(pool);
	bool in_time = true;

	while (found == NULL && in_time && pool->faults < LBR_FAULTS_MAX) {
		in_time = wait_until(pool, &pool->freed, until_ms);
		found = find_free(pool);
	}
	if (found == NULL || pool->faults >= LBR_FAULTS_MAX)
		return NULL;
	pool->taken[found - pool->links] = true;
	return found;
}

/* Gives back what was taken and cannot be asked. */
static void give_up(struct lbr_db_pool *pool, struct lbr_db_link *link)
{
	lbr_trouble_set(&link->trouble, LBR_STORE_LOST, link->server);
	lbr_db_link_drop(link);
	pthread_mutex_lock(&pool->mutex);
	pool->taken[link - pool->links] = false;
	pthread_cond_signal(&pool->wanted);
	pthread_mutex_unlock(&pool->mutex);
}

struct lbr_db_link *lbr_db_pool_take(struct lbr_db_pool *pool, int64_t until_ms, struct lbr_trouble *trouble)
{
	struct lbr_db_link *found;

	do {
		pthread_mutex_lock(&pool->mutex);
		found = take_free(pool, until_ms);
		*trouble = pool->trouble;
		if (pool->faults < LBR_FAULTS_MAX && are_all_up(pool))
			lbr_trouble_set(trouble, LBR_STORE_NO_ANSWER, "connections"); /* others had them all the time */
		pthread_mutex_unlock(&pool->mutex);
		if (found == NULL || !has_ended(found))
			return found;
		give_up(pool, found);
	} while (true);
}

/* Needs the mutex. */
static bool is_left_behind(const struct lbr_db_pool *pool, const struct lbr_db_link *link)
{
	return link->pg != NULL && pool->has_realm && (link->at != pool->serving || link->realm.epoch < pool->realm.epoch);
}

void lbr_db_pool_leave_behind(struct lbr_db_pool *pool)
{
	unsigned at;

	for (at = 0; at < pool->count; at++)
		if (!pool->taken[at] && is_left_behind(pool, &pool->links[at]))
			lbr_db_link_drop(&pool->links[at]);
}

void lbr_db_pool_wake_all(struct lbr_db_pool *pool)
{
	pthread_cond_broadcast(&pool->freed);
	pthread_cond_broadcast(&pool->changed);
}

void lbr_db_pool_give(struct lbr_db_pool *pool, struct lbr_db_link *link, enum lbr_fate fate)
{
	pthread_mutex_lock(&pool->mutex);
	pool->taken[link - pool->links] = false;
	link->used_ms = lbr_monotonic_ms();
	if (fate == LBR_FATE_ANSWERED || fate == LBR_FATE_REFUSED)
		pool->faults = 0;
	else
		pool->faults++;
	if (link->pg == NULL) {
		pool->trouble = link->trouble;
		pthread_cond_signal(&pool->wanted);
	} else if (is_left_behind(pool, link)) {
		lbr_db_link_drop(link);
		pthread_cond_signal(&pool->wanted);
	}
	if (pool->faults < LBR_FAULTS_MAX)
		pthread_cond_signal(&pool->freed); /* woken all, but one would find nothing and sleep again */
	else
		lbr_db_pool_wake_all(pool);
	pthread_mutex_unlock(&pool->mutex);
}

bool lbr_keys_are_equal(const char *one, const char *other)
{
	size_t len = strcspn(one, ";");

	return strcspn(other, ";") == len && memcmp(one, other, len) == 0;
}

/* Other rules are told with the next greeting, for which nobody waits. */
void lbr_db_pool_note_keys(struct lbr_db_pool *pool, const char *keys)
{
	bool same;

	pthread_mutex_lock(&pool->mutex);
	same = lbr_keys_are_equal(pool->keys, keys);
	if (!same || strchr(keys, ';') != NULL)
		(void)snprintf(pool->keys, sizeof(pool->keys), "%s", keys);
	if (!same) {
		memset(pool->greeted_ms, 0, sizeof(pool->greeted_ms));
		pool->has_realm = false; /* who says so waits until the others know */
		pthread_cond_signal(&pool->wanted);
	}
	pthread_mutex_unlock(&pool->mutex);
}

bool lbr_db_pool_realm(struct lbr_db_pool *pool, int64_t until_ms, struct lbr_realm *ret, struct lbr_trouble *trouble)
{
	bool in_time = true, has_realm;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->has_realm && in_time && pool->faults < LBR_FAULTS_MAX)
		in_time = wait_until(pool, &pool->changed, until_ms);
	has_realm = pool->has_realm && pool->faults < LBR_FAULTS_MAX;
	*ret = pool->realm;
	*trouble = pool->trouble;
	pthread_mutex_unlock(&pool->mutex);
	return has_realm;
}
