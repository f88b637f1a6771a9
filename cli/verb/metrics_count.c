/* What `metrics` counts of one account. Pure. */
#include "metrics.h"

#include <string.h>

const int64_t cli_metrics_bounds_s[METRICS_BUCKETS - 1] = { 86400, 7 * 86400, 30 * 86400, 90 * 86400, 365 * 86400 };

/* A clock that was set back makes no age negative. */
static int64_t age_of(const struct metrics *metrics, int64_t since_s)
{
	return metrics->now_s > since_s ? metrics->now_s - since_s : 0;
}

static void keep_oldest(int64_t *kept, int64_t age_s)
{
	if (age_s > *kept)
		*kept = age_s;
}

static void count_states(struct metrics *metrics, const struct standing *standing)
{
	uint64_t told = 0;
	int at;

	for (at = 0; at < STANDING_FACTS; at++) {
		metrics->states[at] += standing->facts[at];
		told += standing->facts[at];
	}
	metrics->active += told == 0;
	for (at = 0; at < LBR_LANES; at++)
		metrics->locked[at] += standing->lanes[at].locked;
}

/* What has ended already is counted as expired. */
static void count_end(struct metrics *metrics, const struct standing *standing)
{
	if (standing->end_s > metrics->now_s && standing->end_s - metrics->now_s <= METRICS_SOON_S)
		metrics->soon++;
}

static void count_sign_in(struct metrics *metrics, int64_t last_s)
{
	int64_t age_s = age_of(metrics, last_s);
	unsigned at = 0;

	if (last_s == 0) {
		metrics->never++;
		return;
	}
	while (at < METRICS_BUCKETS - 1 && age_s > cli_metrics_bounds_s[at])
		at++;
	metrics->signed_in[at]++;
	metrics->signed_in_sum_s += age_s;
}

static void count_notices(struct metrics *metrics, const struct lbr_counters *counters)
{
	unsigned at;

	for (at = 0; at < LBR_RAISED_KINDS; at++) {
		if (counters->raised[at].at_s == 0)
			continue;
		metrics->notices++;
		keep_oldest(&metrics->oldest_notice_s, age_of(metrics, counters->raised[at].at_s));
	}
}

static void count_key(struct metrics *metrics, const char *id)
{
	unsigned at;

	for (at = 0; at < metrics->key_count; at++)
		if (strcmp(metrics->keys[at], id) == 0)
			return;
	if (metrics->key_count < METRICS_KEYS)
		memcpy(metrics->keys[metrics->key_count++], id, sizeof(metrics->keys[0]));
}

int cli_metrics_count(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason)
{
	struct metrics *metrics = context;
	struct standing standing;

	(void)name;
	(void)reason;
	if (account == NULL || counters == NULL) {
		metrics->damaged++;
		return 0;
	}
	standing = cli_standing(account, counters, metrics->settings, metrics->now_s);
	metrics->accounts++;
	count_states(metrics, &standing);
	count_end(metrics, &standing);
	count_sign_in(metrics, counters->last_sign_in_s);
	count_notices(metrics, counters);
	count_key(metrics, account->token.key_id);
	if (standing.facts[STANDING_INVITED])
		keep_oldest(&metrics->oldest_invitation_s, age_of(metrics, account->password_set_s));
	return 0;
}
