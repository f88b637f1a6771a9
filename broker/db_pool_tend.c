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
#include "thread.h"

#define CONNECT_MS 2500
#define GREETING_MS 2500 /* longer than the role's lock_timeout: it may wait for a commit that hangs */
#define BEAT_MS 2000
#define BEAT_LONG_MS 30000 /* after one that did not come back */
#define RETRY_PAUSE_MS 1000    /* after a failure */
#define GREET_EVERY_MS 60000   /* others see by it that this host lives */

static int64_t host_now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Did it end, or fall silent? Else the greeting found something wrong, which is wrong for all. */
static bool is_lost(const struct lbr_db_link *link)
{
	return link->trouble.cause == LBR_STORE_LOST || link->trouble.cause == LBR_STORE_NO_ANSWER;
}

/* A server that may not be used is the last one to be asked again. */
static bool greet_link(struct lbr_db_pool *pool, struct lbr_db_link *link, bool is_new, const char *keys, int beat_ms)
{
	const struct lbr_greeting greeting = {pool->settings, &pool->marks, keys, pool->admin, host_now_us()};
	int64_t until_ms = lbr_monotonic_ms() + GREETING_MS;
	bool up = !is_new || lbr_statements_prepare(link, pool->admin, until_ms);

	if (!up)
		lbr_db_link_drop(link);
	up = up && lbr_db_link_greet(link, &greeting, until_ms) &&
	     (pool->admin || lbr_db_link_beat(link, lbr_monotonic_ms() + beat_ms));
	pool->first = up ? link->at : link->at + 1;
	return up;
}

/* Greets, and connects first where it must; `*ret_connected`: something answered. One that has ended is made anew once, and no
 * fault. */
static bool bring_up(struct lbr_db_pool *pool, struct lbr_db_link *link, const char *keys, int beat_ms, bool *ret_connected)
{
	bool is_new = link->pg == NULL, again = true;

	for (;;) {
		if (is_new)
			link->at = pool->first;
		*ret_connected = !is_new || lbr_db_link_connect(link, pool->settings, lbr_monotonic_ms() + CONNECT_MS);
		if (!*ret_connected || greet_link(pool, link, is_new, keys, beat_ms))
			return *ret_connected;
		if (!again || !(is_new ? link->trouble.cause == LBR_STORE_LOST : is_lost(link)))
			return false;
		is_new = true;
		again = false;
	}
}

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
	pool->greeted_ms[at] = strcmp(keys, pool->keys) == 0 ? lbr_monotonic_ms() : 0;
	pool->realm = link->realm;
	pool->has_realm = link->realm.epoch > 0;
	pool->faults = 0;
	if (pool->has_realm)
		lbr_broker_log_skew(link->realm.skew_s);
	else
		lbr_trouble_set(&pool->trouble, LBR_STORE_NO_REALM, link->server);
}

/* Needs the mutex. A server that refuses one connection more takes nothing from those that it has. */
static void take_outcome(struct lbr_db_pool *pool, unsigned at, bool connected, bool up, const char *keys)
{
	const struct lbr_db_link *link = &pool->links[at];

	pool->taken[at] = false;
	pool->turn = at + 1;
	pool->missing[at] = !up;
	if (up) {
		take_success(pool, at, keys);
	} else {
		pool->trouble = link->trouble;
		if ((connected && !is_lost(link)) || judge_outage(pool) == LBR_OUTAGE_WHOLE)
			pool->faults = LBR_FAULTS_MAX;
	}
	lbr_outage_log(&pool->outage, judge_outage(pool), &pool->trouble, link->server);
	pthread_cond_broadcast(&pool->changed);
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
	char keys[LBR_KEYS_TEXT_MAX];
	bool connected, up;
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
		up = bring_up(pool, &pool->links[at], keys, beat_ms, &connected);
		pthread_mutex_lock(&pool->mutex);
		take_outcome(pool, (unsigned)at, connected, up, keys);
		if (!up)
			rest(pool, RETRY_PAUSE_MS);
	}
	return NULL;
}

bool lbr_db_pool_tend_begin(struct lbr_db_pool *pool)
{
	pool->tended = pool->tended || lbr_thread_start(tend, pool);
	return pool->tended;
}
