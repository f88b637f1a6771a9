/* Keeping the connections up. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <liberations/monotonic.h>

#include "broker_log.h"
#include "greet.h"
#include "db_pool.h"
#include "statements.h"

#define CONNECT_MS 2500  /* longer than the role's lock_timeout: a greeting may wait for one that hangs */
#define BEAT_MS 2000
#define BEAT_LONG_MS 3600000 /* after one that did not come back */
#define RETRY_PAUSE_MS 1000    /* after a failure */
#define GREET_MS 60000   /* others see by it that this host lives */

static int64_t host_now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Connects where it must, and greets. */
static bool bring_up(struct lbr_db_pool *pool, struct lbr_db_link *link, const char *keys, int beat_ms)
{
	const struct lbr_greeting greeting = {pool->settings, &pool->marks, keys, pool->admin, host_now_us()};
	int64_t until_ms = lbr_monotonic_ms() + CONNECT_MS;

	if (link->pg == NULL &&
	    (!lbr_db_link_connect(link, pool->settings, until_ms) || !lbr_statements_prepare(link, pool->admin, until_ms))) {
		lbr_db_link_drop(link);
		return false;
	}
	if (!lbr_db_link_greet(link, &greeting, until_ms))
		return false;
	return pool->admin || lbr_db_link_beat(link, lbr_monotonic_ms() + beat_ms);
}

/* Needs the mutex. A free link that is down, or was not greeted for long. -1: none. */
static int find_work(const struct lbr_db_pool *pool, int64_t now_ms)
{
	unsigned at;

	for (at = 0; at < pool->count; at++)
		if (!pool->taken[at] && (pool->links[at].pg == NULL || now_ms - pool->greeted_ms[at] >= GREET_MS))
			return (int)at;
	return -1;
}

/* Needs the mutex. */
static void take_outcome(struct lbr_db_pool *pool, unsigned at, bool up)
{
	const struct lbr_db_link *link = &pool->links[at];

	pool->taken[at] = false;
	if (up) {
		lbr_broker_log_back(link->server);
		if (link->realm.epoch > 0)
			lbr_broker_log_skew(link->realm.skew_s);
		pool->greeted_ms[at] = lbr_monotonic_ms();
		pool->realm = link->realm;
		pool->has_realm = link->realm.epoch > 0;
		pool->faults = 0;
		if (!pool->has_realm)
			lbr_trouble_set(&pool->trouble, LBR_STORE_NO_REALM, link->server);
	} else {
		lbr_broker_log_away(&link->trouble);
		pool->trouble = link->trouble;
		pool->faults = LBR_FAULTS_MAX;
	}
	pthread_cond_broadcast(&pool->changed);
}

/* Needs the mutex. */
static void rest(struct lbr_db_pool *pool, int64_t ms)
{
	int64_t until_ms = lbr_monotonic_ms() + ms;
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	(void)pthread_cond_timedwait(&pool->wanted, &pool->mutex, &until);
}

void *lbr_db_pool_tend(void *context)
{
	struct lbr_db_pool *pool = context;
	char keys[LBR_KEYS_TEXT_MAX];
	bool up;
	int at, beat_ms;

	pthread_mutex_lock(&pool->mutex);
	for (;;) {
		at = find_work(pool, lbr_monotonic_ms());
		if (at < 0) {
			rest(pool, RETRY_PAUSE_MS);
			continue;
		}
		pool->taken[at] = true;
		memcpy(keys, pool->keys, sizeof(keys));
		beat_ms = pool->faults >= LBR_FAULTS_MAX ? BEAT_LONG_MS : BEAT_MS;
		pthread_mutex_unlock(&pool->mutex);
		up = bring_up(pool, &pool->links[at], keys, beat_ms);
		pthread_mutex_lock(&pool->mutex);
		take_outcome(pool, (unsigned)at, up);
		if (!up)
			rest(pool, RETRY_PAUSE_MS);
	}
	return NULL;
}
