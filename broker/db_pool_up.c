/* Bringing one connection up. Read db_pool_up.h first. */
#include "db_pool_up.h"

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <liberations/monotonic.h>

#include "greet.h"
#include "servers.h"
#include "statements.h"

#define CONNECT_MS 2500
#define GREETING_MS 2500 /* longer than the role's lock_timeout: it may wait for a commit that hangs */
#define BEAT_MS 2000 /* one that hangs holds its row, so the next greeting of that connection stops there: few hang at once */

static int64_t host_now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Did it end, or fall silent? Else the greeting found something wrong with the server. */
static bool is_lost(const struct lbr_db_link *link)
{
	return link->trouble.cause == LBR_STORE_LOST || link->trouble.cause == LBR_STORE_NO_ANSWER;
}

/* A server that may not be used is the last one to be asked again. */
static bool greet_link(struct lbr_db_pool *pool, struct lbr_db_link *link, bool is_new, const char *keys)
{
	const struct lbr_greeting greeting = {pool->settings, &pool->marks, keys, pool->admin, host_now_us()};
	int64_t until_ms = lbr_monotonic_ms() + GREETING_MS;
	bool up = !is_new || lbr_statements_prepare(link, pool->admin, until_ms);

	if (!up)
		lbr_db_link_drop(link);
	up = up && lbr_db_link_greet(link, &greeting, until_ms) &&
	     (pool->admin || lbr_db_link_beat(link, lbr_monotonic_ms() + BEAT_MS));
	pool->first = up ? link->at : link->at + 1;
	return up;
}

/* The next one is tried; those of `tried` are not asked twice. */
static void pass_over(const struct lbr_db_pool *pool, const struct lbr_db_link *link, uint32_t *tried,
                      struct lbr_bringing *bringing)
{
	*tried |= (uint32_t)1 << link->at;
	lbr_trouble_keep(&bringing->trouble, &link->trouble);
	bringing->condemned = bringing->condemned || (!is_lost(link) && link->at == pool->serving);
	if (bringing->passed[0] != '\0')
		return;
	bringing->passed_at = link->at;
	(void)snprintf(bringing->passed, sizeof(bringing->passed), "%s", link->server);
}

void lbr_db_pool_bring_up(struct lbr_db_pool *pool, struct lbr_db_link *link, const char *keys, struct lbr_bringing *ret)
{
	bool is_new = link->pg == NULL, again = true;
	uint32_t tried = 0;

	*ret = (struct lbr_bringing){.trouble = {.cause = LBR_STORE_FINE}};
	for (;;) {
		if (is_new)
			link->at = pool->first;
		if (is_new && !lbr_db_link_connect(link, pool->settings, &tried, lbr_monotonic_ms() + CONNECT_MS))
			break;
		ret->up = greet_link(pool, link, is_new, keys);
		if (ret->up)
			return;
		if (again && (is_new ? link->trouble.cause == LBR_STORE_LOST : is_lost(link))) {
			again = false;
			tried = 0;
		} else {
			pass_over(pool, link, &tried, ret);
		}
		is_new = true;
	}
	lbr_trouble_keep(&ret->trouble, &link->trouble);
}
