/* Keeping the connections up. */
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <liberations/monotonic.h>

#include "broker_log.h"
#include "db_pool_up.h"
#include "thread.h"

#define RETRY_PAUSE_MS 1000    /* after a failure */
#define GREET_EVERY_MS 60000   /* others see by it that this host lives */

/* Needs the mutex. A free link that is down, or was not greeted for long, in turn: one that cannot be brought up holds up none of
 * the others. -1: none. */
static int find_work(const struct lbr_db_pool *pool, int64_t now_ms)
{
	unsigned tried, at;

	for (tried = 0; tried < pool->count; tried++) {
		at = (pool->turn + tried) % pool->count;
		if (!pool->taken[at] && (pool->links[at].pg == NULL || now_ms - pool->greeted_ms[at] >= GREET_EVERY_MS))
			return (int)at;
	}
	return -1;
}

/* Needs the mutex. */
static enum lbr_outage_state judge_outage(const struct lbr_db_pool *pool)
{
	bool serves = false, misses = false;
	unsigned at;

	for (at = 0; at < pool->count; at++) {
		serves = serves || pool->taken[at] || pool->links[at].pg != NULL;
		misses = misses || pool->missing[at];
	}
	return !serves || pool->faults >= LBR_FAULTS_MAX ? LBR_OUTAGE_WHOLE : misses ? LBR_OUTAGE_PART : LBR_OUTAGE_NONE;
}

/* Needs the mutex. The others are tried again at once, whatever they met before. `keys`: what it was greeted with, which are others
 * by now if a program has come that has more. */
static void take_success(struct lbr_db_pool *pool, unsigned at, const char *keys)
{
	const struct lbr_db_link *link = &pool->links[at];

	if (pool->outage.state == LBR_OUTAGE_WHOLE)
		memset(pool->missing, 0, sizeof(pool->missing));
	pool->greeted_ms[at] = lbr_keys_are_equal(keys, pool->keys) ? lbr_monotonic_ms() : 0;
	pool->realm = link->realm;
	pool->has_realm = link->realm.epoch > 0;
	pool->faults = 0;
	pool->serving = link->at;
	pool->passed &= ~((uint32_t)1 << link->at);
	lbr_db_pool_leave_behind(pool);
	if (pool->has_realm)
		lbr_broker_log_skew(link->realm.skew_s);
	else
		lbr_trouble_set(&pool->trouble, LBR_STORE_NO_REALM, link->server);
}

/* Needs the mutex. One line for each server, until it is used again. */
static void note_passed(struct lbr_db_pool *pool, const struct lbr_bringing *brought, const char *serving)
{
	uint32_t bit = (uint32_t)1 << brought->passed_at;

	if (brought->passed[0] == '\0' || (pool->passed & bit) != 0)
		return;
	pool->passed |= bit;
	lbr_outage_log_passed(brought->passed, &brought->trouble, serving);
}

/* Needs the mutex. A server that refuses one connection more takes nothing from those that it has. */
static void take_outcome(struct lbr_db_pool *pool, unsigned at, const struct lbr_bringing *brought, const char *keys)
{
	const struct lbr_db_link *link = &pool->links[at];

	pool->taken[at] = false;
	pool->turn = at + 1;
	pool->missing[at] = !brought->up;
	if (brought->up) {
		note_passed(pool, brought, link->server);
		take_success(pool, at, keys);
	} else {
		pool->trouble = brought->trouble;
		if (brought->condemned || judge_outage(pool) == LBR_OUTAGE_WHOLE)
			pool->faults = LBR_FAULTS_MAX;
	}
	lbr_outage_log(&pool->outage, judge_outage(pool), &pool->trouble, link->server);
	lbr_db_pool_wake_all(pool);
}

/* Needs the mutex. */
static void rest(struct lbr_db_pool *pool, int64_t ms)
{
	int64_t until_ms = lbr_monotonic_ms() + ms;
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	(void)pthread_cond_timedwait(&pool->wanted, &pool->mutex, &until);
}

static void *tend(void *context)
{
	struct lbr_db_pool *pool = context;
	struct lbr_bringing brought;
	char keys[LBR_KEYS_TEXT_MAX];
	int at;

	pthread_mutex_lock(&pool->mutex);
	for (;;) {
		at = find_work(pool, lbr_monotonic_ms());
		if (at < 0) {
			rest(pool, RETRY_PAUSE_MS);
			continue;
		}
		pool->taken[at] = true;
		memcpy(keys, pool->keys, sizeof(keys));
		pthread_mutex_unlock(&pool->mutex);
		lbr_db_pool_bring_up(pool, &pool->links[at], keys, &brought);
		pthread_mutex_lock(&pool->mutex);
		take_outcome(pool, (unsigned)at, &brought, keys);
		if (!brought.up)
			rest(pool, RETRY_PAUSE_MS);
	}
	return NULL;
}

bool lbr_db_pool_tend_begin(struct lbr_db_pool *pool)
{
	pool->tended = pool->tended || lbr_thread_start(tend, pool);
	return pool->tended;
}
